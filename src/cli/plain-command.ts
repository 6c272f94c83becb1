/** An option as the command line knows it. */
interface KnownOption {
  readonly long?: string | undefined;
  readonly short?: string | undefined;
  /** Whether a value has to follow. */
  readonly required: boolean;
}

/** A workbook tells its command, too, and is the same bytes under whatever name. */
export function unrecorded({ format }: { readonly format?: string | undefined }): string[] {
  return format?.toLowerCase() === 'xlsx' ? ['--output'] : [];
}

/**
 * The arguments as typed, without some options and their values: what a document records of the command, where these make no
 * difference to what is in it.
 * @param dropped long names, such as `--jobs`
 */
export function withoutOptions(
  argv: readonly string[],
  options: readonly KnownOption[],
  dropped: readonly string[],
): readonly string[] {
  const kept: string[] = [];
  const left = [...argv];
  let isAnyDropped = false;
  for (let argument = left.shift(); argument !== undefined; argument = left.shift()) {
    if (argument === '--') return isAnyDropped ? [...kept, argument, ...left] : argv;
    const [flag, ...rest] = flagsIn(argument, options);
    left.unshift(...rest);
    const option = options.find((one) => isMeant(one, flag));
    const own = option?.required === true && isBare(option, flag) ? [flag, ...left.splice(0, 1)] : [flag];
    if (dropped.includes(option?.long ?? '')) isAnyDropped = true;
    else kept.push(...own);
  }
  return isAnyDropped ? kept : argv;
}

/** `-qo` is `-q` and `-o`. */
function flagsIn(argument: string, options: readonly KnownOption[]): [string, ...string[]] {
  const isCluster = options.some(
    ({ short, required }) => short !== undefined && !required && argument.startsWith(short),
  );
  if (!isCluster || argument.length <= 2 || argument.startsWith('--')) return [argument];
  return [argument.slice(0, 2), `-${argument.slice(2)}`];
}

/** `--jobs`, `--jobs=4`, `-o`, `-ofile`. */
function isMeant(option: KnownOption, argument: string): boolean {
  const { long, short, required } = option;
  if (isBare(option, argument)) return true;
  if (!required) return false;
  if (long !== undefined && argument.startsWith(`${long}=`)) return true;
  return short !== undefined && argument.startsWith(short) && !argument.startsWith('--');
}

function isBare({ long, short }: KnownOption, argument: string): boolean {
  return argument === long || argument === short;
}
