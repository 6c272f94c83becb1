/** What work came to: a value, or a fault, which is for whoever takes the value. */
export type Settled<T> = PromiseSettledResult<T>;

/** Waits for work and throws nothing, so that a fault nobody has asked about yet does not end the process. */
export async function settled<T>(work: Promise<T>): Promise<Settled<T>> {
  const [result] = await Promise.allSettled([work]);
  return result;
}

/** @throws what the work threw */
export function takeValue<T>(result: Settled<T>): T {
  if (result.status === 'rejected') throw result.reason;
  return result.value;
}
