import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { apiByName, type Api, type Json, type JsonObject, type Side } from '../../src/protocol'

/** One frame recorded on the wire, with what Apache Kafka's own classes read in it. */
export interface GoldenFrame {
  /** Line of frames.jsonl, from 1. */
  readonly line: number
  readonly source: string
  readonly side: Side
  readonly api: Api
  /** Of the request. */
  readonly version: number
  /** Of the body. */
  readonly bodyVersion: number
  readonly bytes: Buffer
  readonly bodyOffset: number
  readonly headerJson: JsonObject
  readonly bodyJson: JsonObject
  /** Kafka's classes write the same bytes again. */
  readonly canonical: boolean
  readonly records: readonly JsonObject[]
  readonly embedded: readonly JsonObject[]
}

/** A frame that Kafka's classes did not read. */
export interface UnreadFrame {
  readonly line: number
  readonly apiName: string
  readonly version: number | string
  readonly bytes: Buffer
}

type Line = Readonly<Record<string, Json | undefined>>

const frames: GoldenFrame[] = []
const unread: UnreadFrame[] = []
const path = join(__dirname, '../../../test/golden/frames.jsonl')
readFileSync(path, 'utf8')
  .trimEnd()
  .split('\n')
  .forEach((text, index) => {
    const line = parseExactly(text) as Line
    for (const side of ['request', 'response'] as const) file(line, index + 1, side)
  })

export const goldenFrames: readonly GoldenFrame[] = frames
export const unreadFrames: readonly UnreadFrame[] = unread

/** JSON whose whole numbers beyond 2^53 come out as strings, with every digit. */
export function parseExactly(text: string): unknown {
  return JSON.parse(
    text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}/g, token => (token.startsWith('"') ? token : `"${token}"`)),
  )
}

function file(line: Line, number: number, side: Side): void {
  const hex = line[`${side}Hex`]
  if (typeof hex !== 'string') return
  const apiName = line['apiName'] as string
  const bytes = Buffer.from(hex, 'hex')
  const version = line['version'] as number
  const bodyJson = line[`${side}Json`]
  if (bodyJson === undefined) {
    unread.push({ line: number, apiName, version, bytes })
    return
  }
  frames.push({
    line: number,
    source: line['source'] as string,
    side,
    api: apiByName.get(apiName)!,
    version,
    bodyVersion: side === 'response' ? ((line['responseVersion'] ?? version) as number) : version,
    bytes,
    bodyOffset: line[`${side}BodyOffset`] as number,
    headerJson: line[`${side}HeaderJson`] as JsonObject,
    bodyJson: bodyJson as JsonObject,
    canonical: line[`${side}Canonical`] as boolean,
    records: (line[`${side}Records`] ?? []) as readonly JsonObject[],
    embedded: (line[`${side}Embedded`] ?? []) as readonly JsonObject[],
  })
}
