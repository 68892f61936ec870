/** Told to brokers, which count clients by it (KIP-511). The same as in package.json; a test holds them together. */
export const version = '0.1.0'
