import { writeFileSync } from 'node:fs'
import { Session } from 'node:inspector/promises'

/** What to record, and the file to leave it in. */
export interface ProfileOrder {
  readonly what: 'cpu' | 'heap'
  readonly file: string
}

/** Often enough for functions of a per cent or two within seconds. */
const samplingUs = 250
const samplingBytes = 65_536

/**
 * Records what `--cpu-prof` or `--heap-prof` would, but of the measured window only, and of memory all that was
 * allocated, whether or not it was collected since. Call what it answers at the end of the window.
 */
export async function startProfile({ what, file }: ProfileOrder): Promise<() => Promise<void>> {
  const session = new Session()
  session.connect()
  const stop = await (what === 'cpu' ? sampleCpu(session) : sampleHeap(session))
  return async () => {
    writeFileSync(file, JSON.stringify(await stop()))
    session.disconnect()
  }
}

async function sampleCpu(session: Session): Promise<() => Promise<unknown>> {
  await session.post('Profiler.enable')
  await session.post('Profiler.setSamplingInterval', { interval: samplingUs })
  await session.post('Profiler.start')
  return async () => (await session.post('Profiler.stop')).profile
}

async function sampleHeap(session: Session): Promise<() => Promise<unknown>> {
  const collected = { includeObjectsCollectedByMajorGC: true, includeObjectsCollectedByMinorGC: true }
  await session.post('HeapProfiler.startSampling', { samplingInterval: samplingBytes, ...collected })
  return async () => (await session.post('HeapProfiler.stopSampling')).profile
}
