/** The command line as data: what completion, docs/cli.md and the man page are made of. */
export interface CommandTree {
  readonly name: string;
  readonly version: string;
  readonly says: string;
  readonly usage: string;
  /** What may stand in place of a command. */
  readonly options: readonly DescribedOption[];
  readonly commands: readonly DescribedCommand[];
  /** The command that is meant where none is named. */
  readonly defaultCommand: DescribedCommand;
}

export interface DescribedCommand {
  readonly name: string;
  readonly says: string;
  /** The same in a few words, for lists. */
  readonly summary: string;
  /** What follows the name of the program. */
  readonly usage: string;
  readonly arguments: readonly DescribedArgument[];
  readonly options: readonly DescribedOption[];
}

export interface DescribedArgument {
  readonly name: string;
  readonly says: string;
  /** As the usage shows it: `<scenario...>`, `[figures]`. */
  readonly term: string;
  readonly isVariadic: boolean;
  readonly takes: Takes;
}

export interface DescribedOption {
  /** `--output`, and what else it may be called: `-o`. */
  readonly flags: readonly string[];
  readonly says: string;
  /** As help shows it: `-o, --output <file>`. */
  readonly term: string;
  readonly isRepeatable: boolean;
  /** `null` for options without a value. */
  readonly takes: Takes | null;
}

/** What can be typed for an option or an argument. */
export type Takes =
  /** One of some words, or a list of them with commas between; or a file with one of some extensions, where there are any. */
  | {
      readonly kind: 'words';
      readonly words: readonly Word[];
      readonly isList: boolean;
      readonly extensions: readonly string[];
    }
  /** `name=value`. After a comma comes the next of these, or one more value. */
  | {
      readonly kind: 'assignments';
      readonly names: readonly AssignableName[];
      readonly afterComma: 'assignment' | 'value';
    }
  /** A file with one of some extensions; of any where none is named. */
  | { readonly kind: 'files'; readonly extensions: readonly string[] }
  /** A number, a size, a name of the user's own. */
  | { readonly kind: 'text' };

export interface Word {
  readonly word: string;
  /** What it means; empty where the word says it. */
  readonly says: string;
}

/** A word that takes values; none where these cannot be listed. */
export interface AssignableName extends Word {
  readonly values: readonly string[];
}
