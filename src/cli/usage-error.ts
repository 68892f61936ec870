/** The command line cannot be used as it is; the text says what would do. */
export class UsageError extends Error {}
