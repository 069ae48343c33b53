import type { Arch } from './arch.ts'

// arch/x86/entry/syscalls/syscall_64.tbl, asm-generic/fcntl.h, EPOLL_PACKED in linux/eventpoll.h.
export const x64: Arch = {
  syscall: {
    renameat2: 316,
    pidfdSendSignal: 424,
    openTree: 428,
    moveMount: 429,
    pidfdOpen: 434,
    openat2: 437,
    mountSetattr: 442
  },
  openFlag: { directory: 0o200000, noFollow: 0o400000 },
  epollEvent: { size: 12 }
}
