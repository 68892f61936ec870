import { Apis, errorCode } from '../../protocol'
import type { Call } from './call'
import { defineHandler } from './handler'

/** What this broker serves; asked first on every connection. */
export const apiVersions = defineHandler(Apis.ApiVersions, {
  handle({ clientSoftwareName, clientSoftwareVersion }, call) {
    const named = call.version < 3 || (isName(clientSoftwareName) && isName(clientSoftwareVersion))
    return named ? answer(call) : refusal(errorCode('INVALID_REQUEST'))
  },

  refuse(_request, code, call) {
    return code === errorCode('UNSUPPORTED_VERSION') ? versionsOfThis(call) : refusal(code)
  },
})

/** KIP-511. */
const isName = (text: string): boolean => /^[a-zA-Z0-9](?:[a-zA-Z0-9\-.]*[a-zA-Z0-9])?$/.test(text)

/** Before it clients fail on a feature that may be off (KAFKA-17011). */
const firstWithZero = 4

function answer({ profile, served, version }: Call) {
  const told = profile.features.filter(({ min }) => min > 0 || version >= firstWithZero)
  const features = told.map(({ name, min, max }) => ({ name, minVersion: min, maxVersion: max }))
  const settled = profile.features.filter(({ finalized }) => finalized > 0)
  return {
    errorCode: 0,
    apiKeys: [...served].map(([apiKey, { min, max }]) => ({ apiKey, minVersion: min, maxVersion: max })),
    throttleTimeMs: 0,
    supportedFeatures: features,
    finalizedFeaturesEpoch: settled.length > 0 ? 1n : -1n,
    finalizedFeatures: settled.map(({ name, finalized }) => ({
      name,
      minVersionLevel: finalized,
      maxVersionLevel: finalized,
    })),
    zkMigrationReady: false,
  }
}

function refusal(code: number) {
  return { errorCode: code, apiKeys: [], throttleTimeMs: 0 }
}

/** Answered in version 0 to a version that is not known (KIP-511): only which versions of this very API are. */
function versionsOfThis({ profile }: Call) {
  const { min, max } = profile.apis.get(Apis.ApiVersions.key)!
  const apiKeys = [{ apiKey: Apis.ApiVersions.key, minVersion: min, maxVersion: max }]
  return { ...refusal(errorCode('UNSUPPORTED_VERSION')), apiKeys }
}
