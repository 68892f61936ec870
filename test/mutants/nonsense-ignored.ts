import { type Mutate } from '../support/mutants'

/** A request that nobody can read is passed over, and the connection goes on. */
export const mutate: Mutate = parts => ({
  ...parts,
  openConnection: (wire, options) =>
    parts.openConnection(wire, {
      ...options,
      serve: async (frame, connection) => {
        const reply = await options.serve(frame, connection)
        return reply.kind === 'close' ? { kind: 'none' } : reply
      },
    }),
})

export const only = /^(api-versions|connection)\./
