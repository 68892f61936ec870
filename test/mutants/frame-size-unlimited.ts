import { type Mutate } from '../support/mutants'

/** A request may be as large as it likes. */
export const mutate: Mutate = parts => ({
  ...parts,
  openConnection: (wire, options) => parts.openConnection(wire, { ...options, maxFrameBytes: 0x7fff_ffff }),
})

export const only = /^connection\./
