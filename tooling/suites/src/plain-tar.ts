/** An archive of one regular file, made by hand so that a suite needs no archiver. */
export const fileTar = (name: string, text: string): Buffer => {
  const block = Buffer.alloc(512)
  const put = (at: number, value: string) => block.write(value, at, 'latin1')
  put(0, name)
  put(100, '0000644')
  put(108, '0000000')
  put(116, '0000000')
  put(124, text.length.toString(8).padStart(11, '0'))
  put(136, '00000000000')
  put(148, '        ')
  put(156, '0')
  put(257, 'ustar\x0000')
  const sum = block.reduce((total, byte) => total + byte, 0)
  put(148, `${sum.toString(8).padStart(6, '0')}\0 `)
  return Buffer.concat([block, Buffer.from(text), Buffer.alloc(-text.length & 511), Buffer.alloc(1024)])
}
