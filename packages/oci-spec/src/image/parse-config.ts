import { parseDigest } from '../digest.ts'
import type { JsonObject } from '../json.ts'
import {
  at,
  member,
  optional,
  readBoolean,
  readCount,
  readList,
  readMap,
  readObject,
  readString,
  readStringMap,
  readStrings
} from '../read.ts'
import { SpecError } from '../spec-error.ts'
import type { ImageConfig, ImageHealthcheck, ImageHistory, ImageRootfs, ImageRunConfig } from './config.ts'

/**
 * An image configuration from unknown JSON. Unknown members are left out, null lists and maps are absent ones; a missing
 * operating system is `linux` and a missing architecture `''`, as old images have them.
 *
 * @throws SpecError when the root file system or a member's type is wrong.
 */
export function parseImageConfig(value: unknown, path = ''): ImageConfig {
  const object = readObject(value, path)
  return {
    ...optional(object, 'created', path, readString),
    ...optional(object, 'author', path, readString),
    architecture: readString(member(object, 'architecture') ?? '', at(path, 'architecture')),
    ...optional(object, 'variant', path, readString),
    os: readString(member(object, 'os') ?? 'linux', at(path, 'os')) || 'linux',
    ...optional(object, 'os.version', path, readString),
    ...optional(object, 'os.features', path, readStrings),
    ...optional(object, 'config', path, readRunConfig),
    rootfs: readRootfs(member(object, 'rootfs'), at(path, 'rootfs')),
    ...optional(object, 'history', path, (list, where) => readList(list, where, readHistory)),
    ...optional(object, 'comment', path, readString),
    ...optional(object, 'docker_version', path, readString),
    ...optional(object, 'container', path, readString)
  }
}

function readRootfs(value: unknown, path: string): ImageRootfs {
  const object = readObject(value, path)
  if (member(object, 'type') !== 'layers') throw new SpecError('expected the type "layers"', at(path, 'type'))
  const readDiffId = (item: unknown, where: string) => parseDigest(item, where)
  return { type: 'layers', diff_ids: readList(member(object, 'diff_ids'), at(path, 'diff_ids'), readDiffId) }
}

function readRunConfig(value: unknown, path: string): ImageRunConfig {
  const object = readObject(value, path)
  return {
    ...optional(object, 'User', path, readString),
    ...optional(object, 'ExposedPorts', path, readKeys),
    ...optional(object, 'Env', path, readStrings),
    ...optional(object, 'Entrypoint', path, readCommand),
    ...optional(object, 'Cmd', path, readCommand),
    ...optional(object, 'Volumes', path, readKeys),
    ...optional(object, 'WorkingDir', path, readString),
    ...optional(object, 'Labels', path, readStringMap),
    ...optional(object, 'StopSignal', path, readString),
    ...optional(object, 'StopTimeout', path, readCount),
    ...optional(object, 'Healthcheck', path, readHealthcheck),
    ...optional(object, 'Shell', path, readStrings),
    ...optional(object, 'OnBuild', path, readStrings),
    ...optional(object, 'ArgsEscaped', path, readBoolean)
  }
}

// Docker reads one string as a command of one word.
const readCommand = (value: unknown, path: string): readonly string[] =>
  typeof value === 'string' ? [value] : readStrings(value, path)

// Only the keys of these maps mean something; their values are empty objects, or null.
const readKeys = (value: unknown, path: string): Readonly<Record<string, object>> =>
  readMap(value, path, (item, where) => (item === null ? {} : (readObject(item, where), {})))

function readHealthcheck(value: unknown, path: string): ImageHealthcheck {
  const object: JsonObject = readObject(value, path)
  return {
    ...optional(object, 'Test', path, readCommand),
    ...optional(object, 'Interval', path, readCount),
    ...optional(object, 'Timeout', path, readCount),
    ...optional(object, 'StartPeriod', path, readCount),
    ...optional(object, 'StartInterval', path, readCount),
    ...optional(object, 'Retries', path, readCount)
  }
}

function readHistory(value: unknown, path: string): ImageHistory {
  const object = readObject(value, path)
  return {
    ...optional(object, 'created', path, readString),
    ...optional(object, 'created_by', path, readString),
    ...optional(object, 'author', path, readString),
    ...optional(object, 'comment', path, readString),
    ...optional(object, 'empty_layer', path, readBoolean)
  }
}
