/** What is said of one field in one version, in words that both sources can be brought to. */
export interface Fact {
  /** `topics[].partitions[].index` */
  readonly path: string
  readonly type: string
  readonly nullable: boolean
  readonly default: string
  readonly ignorable: boolean
  readonly rigid: boolean
  /** Null for a field that travels in its place. */
  readonly tag: number | null
}

/** Zero, "", false or nothing: the default where none is said. */
export function impliedDefault(type: string): string {
  if (type === 'bool') return 'false'
  if (type === 'string' || type === 'bytes' || type === 'records') return ''
  if (type === 'uuid') return 'zero uuid'
  return type === 'struct' || type.startsWith('array') ? 'empty' : '0'
}
