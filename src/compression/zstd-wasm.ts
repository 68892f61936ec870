import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type * as ZstdWasm from '@bokuweb/zstd-wasm'
import { optionalPackage } from './optional-package'
import { asBuffer } from './view'
import type { ZstdEngine } from './zstd-engine'

/** The part of the platform's WebAssembly that is used here; the type libraries for Node leave it out. */
interface Platform {
  readonly WebAssembly: {
    readonly Module: new (bytes: Uint8Array) => object
    readonly Instance: new (module: object, imports: object) => object
  }
}

/** The part of the package's Emscripten module that starts it. */
interface EmscriptenModule {
  /** There once the module has started. */
  readonly HEAPU8?: Uint8Array
  instantiateWasm?: (imports: object, receive: (instance: object) => object) => object
  init: () => void
}

/** The library's code for "the output does not fit", as it stands in the package's errors. */
const doesNotFit = /code -70$/
const noDictionary = new Uint8Array(0)
/** The library's memory ends at 2 GiB. */
const largestOutput = 1024 * 1024 * 1024

let engine: ZstdEngine | undefined

/** The engine of the package @bokuweb/zstd-wasm; an UnsupportedError when it is not installed. */
export function wasmEngine(): ZstdEngine {
  const advice = 'use Node 22.15, 23.8 or later, or run `npm install @bokuweb/zstd-wasm`'
  return (engine ??= engineOf(optionalPackage('zstd compression', advice, load)))
}

/* eslint-disable @typescript-eslint/no-require-imports -- optional: loaded only where it is used */
function load(): typeof ZstdWasm {
  const library = require('@bokuweb/zstd-wasm') as typeof ZstdWasm
  const folder = dirname(require.resolve('@bokuweb/zstd-wasm'))
  const { Module } = require(join(folder, 'module.js')) as { Module: EmscriptenModule }
  if (Module.HEAPU8 === undefined) start(Module, join(folder, 'zstd.wasm'))
  return library
}
/* eslint-enable @typescript-eslint/no-require-imports */

/**
 * The package starts asynchronously, and every reader of records would have to wait for its first zstd batch. But an
 * Emscripten module can be given its instance, and Node compiles WebAssembly synchronously: 4 ms, once. The program
 * around us may start the package as well; it gets the same instance, since a second one breaks the package.
 */
function start(module: EmscriptenModule, file: string): void {
  const { WebAssembly } = globalThis as unknown as Platform
  const compiled = new WebAssembly.Module(readFileSync(file))
  let instance: object | undefined
  module.instantiateWasm = (imports, receive) =>
    receive((instance ??= new WebAssembly.Instance(compiled, imports)))
  module.init()
}

function engineOf(library: typeof ZstdWasm): ZstdEngine {
  const context = library.createCCtx()
  return {
    compress: (data, level) => asBuffer(library.compressUsingDict(context, data, noDictionary, level)),
    decompress(frame, expectedBytes, maxBytes) {
      const defaultHeapSize = Math.min(expectedBytes, maxBytes, largestOutput)
      try {
        return asBuffer(library.decompress(frame, { defaultHeapSize }))
      } catch (error) {
        if (error instanceof Error && doesNotFit.test(error.message)) return undefined
        throw error
      }
    },
  }
}
