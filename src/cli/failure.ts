/** The command could not do its work; the text says why, and what would help. */
export class Failure extends Error {}
