/** Requests of linux/rtnetlink.h: `struct nlmsghdr` and `struct ifinfomsg`. */
const message = (type: number, flags: number, fill: (body: Buffer) => void): Buffer => {
  const bytes = Buffer.alloc(32)
  bytes.writeUInt16LE(type, 4)
  bytes.writeUInt16LE(flags, 6)
  fill(bytes.subarray(16))
  return bytes
}

export const dumpLinks = (): Buffer => message(18, 0x301, () => undefined)

export const getLink = (index: number): Buffer => message(18, 0x1, (body) => body.writeInt32LE(index, 4))

export const setLinkUp = (index: number): Buffer =>
  message(16, 0x5, (body) => {
    body.writeInt32LE(index, 4)
    body.writeUInt32LE(1, 8)
    body.writeUInt32LE(1, 12)
  })

/** Interface index and flags of an RTM_NEWLINK answer. */
export const linkOf = (answer: Buffer) => ({ index: answer.readInt32LE(20), up: (answer.readUInt32LE(24) & 1) === 1 })
