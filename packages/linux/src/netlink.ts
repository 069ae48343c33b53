import { closeSync } from 'node:fs'
import { AF_NETLINK, MSG_DONTWAIT, MSG_TRUNC, SO_RCVTIMEO, SOCK_CLOEXEC, SOCK_RAW, SOL_SOCKET } from './constants.ts'
import { errnoNumber, SyscallError } from './errno.ts'
import type { Libc } from './libc.ts'

export type NetlinkFamily = 'route' | 'netfilter' | 'sock-diag' | 'generic'

/** A socket to the kernel; it belongs to the network namespace it was opened in, wherever the thread goes later. */
export interface NetlinkSocket extends Disposable {
  readonly fd: number
  /**
   * Sends one message (`struct nlmsghdr` and payload) and returns the answers, header included, up to the end of a
   * dump, the acknowledgement, or the only reply. Length and sequence number are filled in. An interrupted dump is
   * asked again.
   *
   * @throws SyscallError with the errno and the explanation of the kernel; EAGAIN when no answer came in time
   */
  request(message: Buffer): Buffer[]
  /** Sends messages as one batch and waits for the acknowledgement of each that asks for one (NLM_F_ACK). */
  batch(messages: readonly Buffer[]): void
  close(): void
}

export interface NetlinkCalls {
  /** Opens in the current network namespace of the thread. `timeoutMs` bounds each wait for an answer; default 5000. */
  open(family: NetlinkFamily, options?: { readonly timeoutMs?: number }): NetlinkSocket
}

const families = { route: 0, 'sock-diag': 4, netfilter: 12, generic: 16 } as const

const SOL_NETLINK = 270
const NETLINK_CAP_ACK = 10
const NETLINK_EXT_ACK = 11

const HEADER = 16
const NLMSG_ERROR = 2
const NLMSG_DONE = 3
const NLM_F_MULTI = 0x2
const NLM_F_ACK = 0x4
const NLM_F_DUMP_INTR = 0x10
const NLM_F_ACK_TLVS = 0x200
const NLMSGERR_ATTR_MSG = 1
const DUMP_ATTEMPTS = 10
/** The kernel builds dump replies of at most 32 KiB. */
const RECEIVE_BYTES = 131_072

const typeOf = (message: Buffer): number => message.readUInt16LE(4)
const flagsOf = (message: Buffer): number => message.readUInt16LE(6)
const sequenceOf = (message: Buffer): number => message.readUInt32LE(8)

const align = (length: number): number => (length + 3) & ~3

/** Messages in one datagram, each a view of it. */
const split = (datagram: Buffer): Buffer[] => {
  const messages: Buffer[] = []
  for (let offset = 0; offset + HEADER <= datagram.length;) {
    const length = datagram.readUInt32LE(offset)
    if (length < HEADER || offset + length > datagram.length) break
    messages.push(datagram.subarray(offset, offset + length))
    offset += align(length)
  }
  return messages
}

/** The kernel's explanation among the attributes after `struct nlmsgerr`. */
const explanation = (message: Buffer): string | undefined => {
  if ((flagsOf(message) & NLM_F_ACK_TLVS) === 0) return undefined
  for (let offset = HEADER + 4 + HEADER; offset + 4 <= message.length;) {
    const length = message.readUInt16LE(offset)
    if (length < 4) return undefined
    const isText = (message.readUInt16LE(offset + 2) & 0x3fff) === NLMSGERR_ATTR_MSG
    if (isText) return message.toString('utf8', offset + 4, offset + length - 1)
    offset += align(length)
  }
  return undefined
}

/** The error that an NLMSG_ERROR or NLMSG_DONE carries; undefined for an acknowledgement. */
const failureOf = (message: Buffer, libc: Libc): SyscallError | undefined => {
  const number = message.length >= HEADER + 4 ? -message.readInt32LE(HEADER) : 0
  if (number <= 0) return undefined
  return new SyscallError({ number, syscall: 'netlink', reason: explanation(message) ?? libc.reason(number) })
}

const openSocket = (libc: Libc, family: NetlinkFamily, timeoutMs: number): number => {
  const fd = libc.check(libc.socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, families[family]), 'socket', family)
  try {
    // `struct timeval`.
    const timeout = BigInt64Array.of(BigInt(Math.trunc(timeoutMs / 1000)), BigInt((timeoutMs % 1000) * 1000))
    const enabled = Buffer.of(1, 0, 0, 0)
    libc.check(libc.setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, new Uint8Array(timeout.buffer), 16), 'setsockopt')
    for (const option of [NETLINK_CAP_ACK, NETLINK_EXT_ACK]) {
      libc.check(libc.setsockopt(fd, SOL_NETLINK, option, enabled, 4), 'setsockopt')
    }
    return fd
  } catch (error) {
    closeSync(fd)
    throw error
  }
}

/** `struct sockaddr_nl` of the kernel: port 0. */
const kernelAddress = Buffer.alloc(12)
kernelAddress.writeUInt16LE(AF_NETLINK, 0)

const transport = (libc: Libc, fd: number) => {
  const buffer = Buffer.allocUnsafeSlow(RECEIVE_BYTES)
  const send = (data: Buffer) => {
    const size = BigInt(data.length)
    libc.checkSize(libc.sendto(fd, data, size, 0, kernelAddress, kernelAddress.length), 'sendto', 'netlink')
  }
  const receive = (flags = 0): Buffer[] => {
    for (;;) {
      const size = Number(libc.recv(fd, buffer, BigInt(RECEIVE_BYTES), MSG_TRUNC | flags))
      if (size > RECEIVE_BYTES) {
        throw new SyscallError({ number: errnoNumber('EMSGSIZE') ?? 0, syscall: 'recv', path: 'netlink' })
      }
      // Copied once, since the scratch buffer is used again.
      if (size >= 0) return split(Buffer.from(buffer.subarray(0, size)))
      const error = libc.error('recv', 'netlink')
      if (error.code !== 'EINTR') throw error
    }
  }
  return { send, receive }
}

const netlinkSocket = (libc: Libc, fd: number): NetlinkSocket => {
  const { send, receive } = transport(libc, fd)
  let sequence = 0
  let open = true
  const number = (message: Buffer): Buffer => {
    sequence = (sequence + 1) >>> 0
    const numbered = Buffer.from(message)
    numbered.writeUInt32LE(message.length, 0)
    numbered.writeUInt32LE(sequence, 8)
    return numbered
  }
  /** The answers to one request, or undefined when the dump was disturbed by a change. */
  const exchange = (message: Buffer): Buffer[] | undefined => {
    const request = number(message)
    const acknowledged = (flagsOf(request) & NLM_F_ACK) !== 0
    const answers: Buffer[] = []
    let interrupted = false
    send(request)
    for (;;) {
      for (const reply of receive()) {
        if (sequenceOf(reply) !== sequenceOf(request)) continue
        interrupted ||= (flagsOf(reply) & NLM_F_DUMP_INTR) !== 0
        if (typeOf(reply) === NLMSG_ERROR || typeOf(reply) === NLMSG_DONE) {
          const failure = failureOf(reply, libc)
          if (failure !== undefined) throw failure
          return interrupted ? undefined : answers
        }
        answers.push(reply)
        if ((flagsOf(reply) & NLM_F_MULTI) === 0 && !acknowledged) return answers
      }
    }
  }
  const request = (message: Buffer): Buffer[] => {
    for (let attempt = 0; attempt < DUMP_ATTEMPTS; attempt++) {
      const answers = exchange(message)
      if (answers !== undefined) return answers
    }
    throw new SyscallError({ number: errnoNumber('EINTR') ?? 0, syscall: 'netlink', reason: 'the dump kept changing' })
  }
  /** After an error the acknowledgements that are queued would be taken for answers of a later request. */
  const discard = () => {
    try {
      while (receive(MSG_DONTWAIT).length > 0);
    } catch (error) {
      if (!(error instanceof SyscallError) || error.code !== 'EAGAIN') throw error
    }
  }
  const batch = (messages: readonly Buffer[]) => {
    const numbered = messages.map(number)
    const pending = new Set(numbered.filter((message) => (flagsOf(message) & NLM_F_ACK) !== 0).map(sequenceOf))
    send(Buffer.concat(numbered.flatMap((message) => [message, Buffer.alloc(align(message.length) - message.length)])))
    while (pending.size > 0) {
      for (const reply of receive()) {
        const failure = typeOf(reply) === NLMSG_ERROR ? failureOf(reply, libc) : undefined
        if (failure !== undefined) {
          discard()
          throw failure
        }
        if (typeOf(reply) === NLMSG_ERROR) pending.delete(sequenceOf(reply))
      }
    }
  }
  const close = () => {
    if (open) closeSync(fd)
    open = false
  }
  return { fd, request, batch, close, [Symbol.dispose]: close }
}

export const netlinkCalls = (libc: Libc): NetlinkCalls => ({
  open: (family, { timeoutMs = 5000 } = {}) => netlinkSocket(libc, openSocket(libc, family, timeoutMs))
})
