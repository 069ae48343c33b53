/** Something that the person at the terminal has to mend; its message says how. */
export class SetupError extends Error {}
