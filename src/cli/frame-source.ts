import { apiByName, type Api } from 'rx-kafka/protocol'
import { none, parse } from './arguments'
import { nearest } from './nearest'
import { UsageError } from './usage-error'

/** What the lines of the input are. */
export type FrameSource =
  | { readonly form: 'request' }
  | { readonly form: 'response'; readonly api: Api; readonly version: number }
  | { readonly form: 'jsonl' }

export const frameOptionsHelp = `Options:
  --request      the frames are requests; each names its own API and version
  --response     the frames are responses to the API and version given by
  --api NAME     such as Fetch
  --version N    version of the request
  --jsonl        each line is an object:
                 {"side":"request"|"response","api":"Fetch","version":12,"hex":"..."}

Exit code: 0, 1 when a frame could not be read, 2 when the options cannot be used.
`

export function frameSource(args: readonly string[]): FrameSource {
  const { values, positionals } = parse(args, options)
  none(positionals)
  const { request, response, jsonl, api, version } = values
  if ([request, response, jsonl].filter(Boolean).length !== 1)
    throw new UsageError('give one of --request, --response and --jsonl')
  if (response) return { form: 'response', api: apiOf(api), version: versionOf(version) }
  if (api !== undefined || version !== undefined)
    throw new UsageError('--api and --version belong to --response')
  return { form: request ? 'request' : 'jsonl' }
}

const options = {
  request: { type: 'boolean' },
  response: { type: 'boolean' },
  jsonl: { type: 'boolean' },
  api: { type: 'string' },
  version: { type: 'string' },
} as const

function apiOf(name: string | undefined): Api {
  if (name === undefined) throw new UsageError('--response needs --api, such as --api Fetch')
  const api = apiByName.get(name)
  if (api) return api
  const names = [...apiByName.keys()]
  const meant = nearest(name, names)
  const hint = meant === undefined ? '; known' : `; did you mean ${meant}? Known`
  throw new UsageError(`unknown API "${name}"${hint} are ${names.join(', ')}`)
}

function versionOf(text: string | undefined): number {
  if (text === undefined) throw new UsageError('--response needs --version, such as --version 12')
  if (/^\d{1,5}$/.test(text)) return Number(text)
  throw new UsageError(`--version: expected a whole number, got "${text}"`)
}
