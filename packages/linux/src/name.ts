/** A file name or path: text, or bytes when it need not be UTF-8. */
export type FileName = string | Buffer

/** The form in which a name is handed to the C library: a string as it is, bytes with their terminator. */
export const cstring = (name: FileName): string | Buffer => {
  if (typeof name === 'string') return name
  if (name.includes(0)) throw new TypeError('a file name cannot contain a NUL byte')
  const terminated = Buffer.allocUnsafe(name.length + 1)
  name.copy(terminated)
  terminated[name.length] = 0
  return terminated
}

/** A path for calls that take no directory descriptor: `name` below the directory open at `dir`. */
export const pathBelow = (dir: number, name: FileName): FileName => {
  const prefix = `/proc/self/fd/${dir}/`
  return typeof name === 'string' ? prefix + name : Buffer.concat([Buffer.from(prefix), name])
}
