import type { MachineConfig } from '../machine/config.js';
import { formatTopology } from '../machine/topology.js';
import type { RecordedMachine } from '../run-document/run-document.js';
import { GIB_BYTES } from '../units.js';

/** Collects the distinct machines of a run; several of one name are told apart as `name`, `name~2`, `name~3`. */
export class MachineRegister {
  readonly #machines = new Map<string, RecordedMachine>();

  get recorded(): RecordedMachine[] {
    return [...this.#machines.values()];
  }

  register(config: MachineConfig): RecordedMachine {
    const recorded = recordMachine(config);
    const identity = JSON.stringify(recorded);
    const known = this.#machines.get(identity);
    if (known !== undefined) return known;
    const namesakes = this.recorded.filter(({ name }) => name === config.name).length;
    const machine = { ...recorded, id: namesakes === 0 ? config.name : `${config.name}~${namesakes + 1}` };
    this.#machines.set(identity, machine);
    return machine;
  }
}

function recordMachine({
  name,
  hypothesis,
  topology,
  memoryBytes,
  parameters,
}: MachineConfig): RecordedMachine {
  return {
    id: name,
    name,
    hypothesis,
    topology: formatTopology(topology),
    cpus: topology.cpus,
    cores: topology.cores,
    sockets: topology.sockets,
    l3Groups: topology.l3Groups,
    threadsPerCore: topology.threadsPerCore,
    memoryBytes,
    regions: memoryBytes / GIB_BYTES,
    parameters,
  };
}
