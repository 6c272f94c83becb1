/** Exit codes are part of the contract with scripts. */
export const EXIT = {
  done: 0,
  fault: 1,
  badInput: 2,
  threshold: 3,
  incomparable: 4,
  // What shells say of a program that a signal has ended.
  interrupted: 130,
  terminated: 143,
} as const;

/** What each says, in the words of the documentation. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'done',
  fault: 'a fault of the program or of the system; cells lost to that are named',
  badInput: 'bad input',
  threshold: 'a figure moved further than --fail-on allows',
  incomparable: 'runs that cannot be compared',
  interrupted: 'interrupted by Ctrl-C (SIGINT): what was finished is written, and what was not is named',
  terminated: 'ended by SIGTERM, likewise',
};
