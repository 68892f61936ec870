import { Apis } from '../../src/protocol'
import { silent, type Mutate } from '../support/mutants'

/** ApiVersions never tells an error. */
export const mutate: Mutate = parts => ({
  ...silent(Apis.ApiVersions)(parts),
  handlers: silent(Apis.ApiVersions)(parts).handlers.map(handler =>
    handler.api.key === Apis.ApiVersions.key
      ? { ...handler, refuse: (request, _code, call) => handler.refuse(request, 0, call) }
      : handler,
  ),
})

export const only = /^api-versions\./
