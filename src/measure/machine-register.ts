import { type Field, Groups } from '../group-by.js';
import type { MachineConfig } from '../machine/config.js';
import { reservedRegions } from '../machine/rmp-placement.js';
import { formatTopology } from '../machine/topology.js';
import type { RecordedMachine } from '../run-document/run-document.js';
import { GIB_BYTES } from '../units.js';

/** Collects the distinct machines of a run; several of one name are told apart as `name`, `name~2`, `name~3`. */
export class MachineRegister {
  readonly #machines: RecordedMachine[] = [];
  readonly #known = new Groups<RecordedMachine>();
  readonly #namesakes = new Map<string, number>();

  get recorded(): RecordedMachine[] {
    return [...this.#machines];
  }

  register(config: MachineConfig): RecordedMachine {
    return this.adopt(recordMachine(config));
  }

  /** Registers a machine that was recorded elsewhere, whatever its id was there. */
  adopt(recorded: RecordedMachine): RecordedMachine {
    const { name } = recorded;
    const fields = fieldsOf({ ...recorded, id: name });
    const [known] = this.#known.of(fields);
    if (known !== undefined) return known;
    const number = (this.#namesakes.get(name) ?? 0) + 1;
    this.#namesakes.set(name, number);
    const machine = { ...recorded, id: number === 1 ? name : `${name}~${number}` };
    this.#machines.push(machine);
    this.#known.add(fields, machine);
    return machine;
  }

  /** Registers machines that were recorded elsewhere: what they are called here, by the ids they had there. */
  idsOf(recorded: readonly RecordedMachine[]): ReadonlyMap<string, string> {
    return new Map(recorded.map((machine) => [machine.id, this.adopt(machine).id]));
  }
}

/** All that is on record of a machine, one field after another. */
function fieldsOf(recorded: RecordedMachine): Field[] {
  const { rmpSegments, parameters, strained, ...rest } = recorded;
  return [rest, strained, ...rmpSegments, ...parameters].flatMap((part) => Object.values<Field>({ ...part }));
}

function recordMachine({
  name,
  file,
  hypothesis,
  topology,
  memoryBytes,
  rmpSegments,
  preassigned,
  strained,
  parameters,
}: MachineConfig): RecordedMachine {
  return {
    id: name,
    name,
    file,
    hypothesis,
    topology: formatTopology(topology),
    cpus: topology.cpus,
    cores: topology.cores,
    sockets: topology.sockets,
    l3Groups: topology.l3Groups,
    threadsPerCore: topology.threadsPerCore,
    memoryBytes,
    regions: memoryBytes / GIB_BYTES,
    reservedRegions: reservedRegions(preassigned),
    rmpSegments,
    strained,
    parameters,
  };
}
