import { EngineError, type ErrorCode } from '@runcible/interface'
import { isSyscallError } from '@runcible/linux'

const codes: Readonly<Record<string, readonly [ErrorCode, string?]>> = {
  EPERM: ['permission-denied', 'run as root'],
  EACCES: ['permission-denied', 'run as root'],
  EOPNOTSUPP: [
    'unsupported',
    'the kernel lacks bridge, veth or nftables support: load the modules, or use another kernel'
  ],
  EAFNOSUPPORT: [
    'unsupported',
    'the kernel lacks bridge, veth or nftables support: load the modules, or use another kernel'
  ],
  EPROTONOSUPPORT: ['unsupported', 'the kernel lacks netlink support for nftables'],
  ENOSPC: ['exhausted'],
  ENOMEM: ['exhausted'],
  ENFILE: ['exhausted'],
  EMFILE: ['exhausted']
}

/** What the kernel refused, as an error of the contract; other values as they are. `action` completes "cannot …". */
export const asEngineError = (error: unknown, action: string): unknown => {
  if (!isSyscallError(error)) return error
  const [code, hint] = codes[error.code] ?? ['unavailable']
  return new EngineError(code, `cannot ${action}: ${error.message}`, {
    cause: error,
    ...(hint === undefined ? {} : { hint })
  })
}

/** Runs `work`; what the kernel refuses in it becomes an EngineError. */
export const withKernelErrors = async <T>(action: string, work: () => T | Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    throw asEngineError(error, action)
  }
}
