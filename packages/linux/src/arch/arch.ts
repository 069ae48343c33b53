/** What differs between the supported 64-bit little-endian architectures. */
export interface Arch {
  /** System calls made by number: no C library wrapper, or only in recent versions. */
  readonly syscall: {
    readonly renameat2: number
    readonly pidfdSendSignal: number
    readonly openTree: number
    readonly moveMount: number
    readonly pidfdOpen: number
    readonly openat2: number
    readonly mountSetattr: number
  }
  readonly openFlag: {
    readonly directory: number
    readonly noFollow: number
  }
  /** `struct epoll_event`, packed on x86-64 only. */
  readonly epollEvent: { readonly size: number }
}
