/** A timed sweep by its scenario and label, which says nothing where it is the scenario's own name or was not given. */
export function stateText(scenario: string, measure: string): string {
  return measure === '' || measure === scenario ? scenario : `${scenario}: ${measure}`;
}
