import { type Mutate } from '../support/mutants'

/** An idle connection is never closed. */
export const mutate: Mutate = parts => ({
  ...parts,
  openConnection: (wire, options) => parts.openConnection(wire, { ...options, maxIdleMs: 0x7fff_ffff }),
})

export const only = /^connection\./
