/** A timed sweep by its scenario and state, which says nothing where it is the scenario's own name or was not given. */
export function stateText(scenario: string, state: string): string {
  return state === '' || state === scenario ? scenario : `${scenario}: ${state}`;
}
