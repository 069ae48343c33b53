import type { Arch } from './arch.ts'

// asm-generic/unistd.h, arch/arm64/include/uapi/asm/fcntl.h; calls from 424 on have one number everywhere.
export const arm64: Arch = {
  syscall: {
    renameat2: 276,
    pidfdSendSignal: 424,
    openTree: 428,
    moveMount: 429,
    pidfdOpen: 434,
    openat2: 437,
    mountSetattr: 442
  },
  openFlag: { directory: 0o40000, noFollow: 0o100000 },
  epollEvent: { size: 16 }
}
