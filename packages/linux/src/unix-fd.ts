import { closeSync } from 'node:fs'
import { MSG_CMSG_CLOEXEC, MSG_CTRUNC, MSG_DONTWAIT, MSG_NOSIGNAL, SCM_RIGHTS, SOL_SOCKET } from './constants.ts'
import { SyscallError } from './errno.ts'
import { addressOf, type Libc } from './libc.ts'

export interface FdMessage {
  readonly data: Buffer
  /** New descriptors of this process, close-on-exec; the receiver closes them. */
  readonly fds: readonly number[]
}

/** The kernel's limit for one message (SCM_MAX_FD). */
const MAXIMUM_FDS = 253
const HEADER = 16
const E2BIG = 7

const MSGHDR = 56
const IOVEC = 16

const controlSize = (fds: number): number => HEADER + Math.ceil((fds * 4) / 8) * 8

/**
 * `struct msghdr`, the one `struct iovec` it names, the control buffer and the data, in one piece of memory so that the
 * piece handed to the call keeps all of them alive. Sizes are those of a 64-bit Linux: musl and glibc differ in the
 * types of two lengths, which in little-endian order are the same bytes.
 */
const messageOf = (controlLength: number, dataLength: number) => {
  const controlAt = MSGHDR + IOVEC
  const dataAt = controlAt + controlLength
  const header = Buffer.alloc(dataAt + dataLength)
  const base = addressOf(header)
  header.writeBigUInt64LE(base + BigInt(MSGHDR), 16)
  header.writeBigUInt64LE(1n, 24)
  header.writeBigUInt64LE(base + BigInt(controlAt), 32)
  header.writeBigUInt64LE(BigInt(controlLength), 40)
  header.writeBigUInt64LE(base + BigInt(dataAt), MSGHDR)
  header.writeBigUInt64LE(BigInt(dataLength), MSGHDR + 8)
  return { header, control: header.subarray(controlAt, dataAt), data: header.subarray(dataAt) }
}

const writeControl = (control: Buffer, fds: readonly number[]): void => {
  control.writeBigUInt64LE(BigInt(HEADER + fds.length * 4), 0)
  control.writeInt32LE(SOL_SOCKET, 8)
  control.writeInt32LE(SCM_RIGHTS, 12)
  fds.forEach((fd, index) => control.writeInt32LE(fd, HEADER + index * 4))
}

/** Descriptors in a control buffer: a list of 8-aligned records. */
const fdsIn = (control: Buffer): number[] => {
  const fds: number[] = []
  for (let offset = 0; offset + HEADER <= control.length;) {
    const length = Number(control.readBigUInt64LE(offset))
    if (length < HEADER) break
    const isRights = control.readInt32LE(offset + 8) === SOL_SOCKET && control.readInt32LE(offset + 12) === SCM_RIGHTS
    for (let at = offset + HEADER; isRights && at + 4 <= offset + length; at += 4) fds.push(control.readInt32LE(at))
    offset += Math.ceil(length / 8) * 8
  }
  return fds
}

export const sendFds = (libc: Libc, socket: number, fds: readonly number[], data: Uint8Array): void => {
  const message = messageOf(controlSize(fds.length), data.length)
  writeControl(message.control, fds)
  message.data.set(data)
  libc.checkSize(libc.sendmsg(socket, message.header, MSG_NOSIGNAL), 'sendmsg')
}

/** One message, which must be there; its descriptors and its bytes. */
export const receiveFds = (libc: Libc, socket: number, maximumBytes: number): FdMessage => {
  const { header, control, data } = messageOf(controlSize(MAXIMUM_FDS), maximumBytes)
  const size = libc.checkSize(libc.recvmsg(socket, header, MSG_CMSG_CLOEXEC | MSG_DONTWAIT), 'recvmsg')
  const fds = fdsIn(control.subarray(0, Number(header.readBigUInt64LE(40))))
  if ((header.readInt32LE(48) & MSG_CTRUNC) !== 0) {
    for (const fd of fds) closeSync(fd)
    throw new SyscallError({ number: E2BIG, syscall: 'recvmsg', reason: 'some descriptors could not be received' })
  }
  return { data: Buffer.from(data.subarray(0, size)), fds }
}
