// asm-generic numbering, shared by x86-64 and arm64; the index is the number, gaps are unused.
const names = (
  ',EPERM,ENOENT,ESRCH,EINTR,EIO,ENXIO,E2BIG,ENOEXEC,EBADF,ECHILD,EAGAIN,ENOMEM,EACCES,EFAULT,ENOTBLK,EBUSY,EEXIST,EXDEV,' +
  'ENODEV,ENOTDIR,EISDIR,EINVAL,ENFILE,EMFILE,ENOTTY,ETXTBSY,EFBIG,ENOSPC,ESPIPE,EROFS,EMLINK,EPIPE,EDOM,ERANGE,EDEADLK,' +
  'ENAMETOOLONG,ENOLCK,ENOSYS,ENOTEMPTY,ELOOP,,ENOMSG,EIDRM,ECHRNG,EL2NSYNC,EL3HLT,EL3RST,ELNRNG,EUNATCH,ENOCSI,EL2HLT,' +
  'EBADE,EBADR,EXFULL,ENOANO,EBADRQC,EBADSLT,,EBFONT,ENOSTR,ENODATA,ETIME,ENOSR,ENONET,ENOPKG,EREMOTE,ENOLINK,EADV,ESRMNT,' +
  'ECOMM,EPROTO,EMULTIHOP,EDOTDOT,EBADMSG,EOVERFLOW,ENOTUNIQ,EBADFD,EREMCHG,ELIBACC,ELIBBAD,ELIBSCN,ELIBMAX,ELIBEXEC,' +
  'EILSEQ,ERESTART,ESTRPIPE,EUSERS,ENOTSOCK,EDESTADDRREQ,EMSGSIZE,EPROTOTYPE,ENOPROTOOPT,EPROTONOSUPPORT,ESOCKTNOSUPPORT,' +
  'EOPNOTSUPP,EPFNOSUPPORT,EAFNOSUPPORT,EADDRINUSE,EADDRNOTAVAIL,ENETDOWN,ENETUNREACH,ENETRESET,ECONNABORTED,ECONNRESET,' +
  'ENOBUFS,EISCONN,ENOTCONN,ESHUTDOWN,ETOOMANYREFS,ETIMEDOUT,ECONNREFUSED,EHOSTDOWN,EHOSTUNREACH,EALREADY,EINPROGRESS,' +
  'ESTALE,EUCLEAN,ENOTNAM,ENAVAIL,EISNAM,EREMOTEIO,EDQUOT,ENOMEDIUM,EMEDIUMTYPE,ECANCELED,ENOKEY,EKEYEXPIRED,EKEYREVOKED,' +
  'EKEYREJECTED,EOWNERDEAD,ENOTRECOVERABLE,ERFKILL,EHWPOISON'
).split(',')

/** What failed: the system call, or the kernel file or protocol that stands for one. */
export type SyscallName = string

export const errnoName = (number: number): string => names[number] || `E${number}`

/** The number of a name such as `ENOENT`, or undefined for an unknown one. */
export const errnoNumber = (name: string): number | undefined => {
  const index = names.indexOf(name)
  return index > 0 ? index : undefined
}

export interface SyscallFailure {
  /** The positive errno. */
  readonly number: number
  readonly syscall: SyscallName
  readonly path?: string | Buffer | undefined
  /** The kernel's or the C library's words; the name alone when absent. */
  readonly reason?: string | undefined
}

const brand = Symbol.for('runcible.SyscallError')

/**
 * A failed system call, in the shape of Node's own system errors so that one handler serves both: `code` is the errno
 * name (`ENOENT`), `errno` its negated number, `syscall` the call, `path` what it was about.
 */
export class SyscallError extends Error {
  readonly code: string
  readonly errno: number
  readonly syscall: SyscallName
  readonly path: string | undefined

  constructor(failure: SyscallFailure) {
    const code = errnoName(failure.number)
    const path = failure.path?.toString()
    const subject = path === undefined ? '' : ` '${path}'`
    super(`${code}: ${failure.reason?.toLowerCase() ?? 'failed'}, ${failure.syscall}${subject}`)
    this.name = 'SyscallError'
    this.code = code
    this.errno = -failure.number
    this.syscall = failure.syscall
    this.path = path
    Object.defineProperty(this, brand, { value: true })
  }
}

export const isSyscallError = (value: unknown): value is SyscallError =>
  typeof value === 'object' && value !== null && brand in value

/** The errno name of any system error, ours or Node's. */
export const errorCode = (value: unknown): string | undefined => {
  const code = typeof value === 'object' && value !== null ? (value as { code?: unknown }).code : undefined
  return typeof code === 'string' ? code : undefined
}
