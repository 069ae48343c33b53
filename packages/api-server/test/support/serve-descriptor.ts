// Serves on descriptor 3 until its standard input ends; prints the path, or the code of the error.
import { isEngineError } from '@runcible/interface'
import { createApiServer } from '../../src/index.ts'
import { scriptedEngine } from './scripted-engine.ts'

const server = createApiServer({ engine: scriptedEngine().engine, version: '1' })
server.listen({ fd: 3 }).then(
  (path) => console.log(path),
  (error: unknown) => console.log(isEngineError(error) ? error.code : error)
)
process.stdin.resume().once('end', () => void server.close())
