import { type Mutate } from '../support/mutants'

/** A request does not wait for the answer to the one before it. */
export const mutate: Mutate = parts => ({
  ...parts,
  openConnection: (wire, options) =>
    parts.openConnection(wire, {
      ...options,
      serve: (frame, connection) => {
        const reply = options.serve(frame, connection)
        if (!(reply instanceof Promise)) return reply
        void reply.then(late => late.kind === 'answer' && wire.write(late.chunks, () => undefined))
        return { kind: 'none' }
      },
    }),
})

export const only = /^connection\./
