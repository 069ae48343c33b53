const words = (text: string): readonly string[] => text.trim().split(/\s+/)

/**
 * System calls that any program may make: files, memory, processes, signals, time, sockets, waiting. Names of every
 * supported architecture stand together; a runtime passes over those that the machine does not have.
 */
export const allowedSyscalls: readonly string[] = [
  // Files and directories.
  ...words(`
    access chdir chmod chown chown32 close close_range copy_file_range creat dup dup2 dup3 faccessat faccessat2 fadvise64
    fadvise64_64 fallocate fchdir fchmod fchmodat fchmodat2 fchown fchown32 fchownat fcntl fcntl64 fdatasync flock fstat
    fstat64 fstatat64 fstatfs fstatfs64 fsync ftruncate ftruncate64 futimesat getcwd getdents getdents64 ioctl lchown
    lchown32 link linkat _llseek lseek lstat lstat64 mkdir mkdirat mknod mknodat name_to_handle_at newfstatat oldfstat
    oldlstat oldstat open openat openat2 pipe pipe2 pread64 preadv preadv2 pwrite64 pwritev pwritev2 read readahead
    readdir readlink readlinkat readv rename renameat renameat2 rmdir sendfile sendfile64 splice stat stat64 statfs
    statfs64 statx symlink symlinkat sync sync_file_range sync_file_range2 syncfs tee truncate truncate64 umask unlink
    unlinkat utime utimensat utimensat_time64 utimes vmsplice write writev cachestat file_getattr
  `),
  ...words(`
    fgetxattr flistxattr fremovexattr fsetxattr getxattr getxattrat lgetxattr listxattr listxattrat llistxattr lremovexattr
    lsetxattr removexattr removexattrat setxattr setxattrat
  `),
  ...words('inotify_add_watch inotify_init inotify_init1 inotify_rm_watch fanotify_mark'),
  ...words('landlock_add_rule landlock_create_ruleset landlock_restrict_self statmount listmount'),
  // Asynchronous input and output of the old kind.
  ...words('io_cancel io_destroy io_getevents io_pgetevents io_pgetevents_time64 io_setup io_submit'),
  // Memory.
  ...words(`
    brk madvise map_shadow_stack membarrier memfd_create memfd_secret mincore mlock mlock2 mlockall mmap mmap2 mprotect
    mremap mseal msync munlock munlockall munmap pkey_alloc pkey_free pkey_mprotect process_madvise process_mrelease
    remap_file_pages get_mempolicy mbind set_mempolicy set_mempolicy_home_node
  `),
  // Processes and threads.
  ...words(`
    arch_prctl capget capset execve execveat exit exit_group fork futex futex_requeue futex_time64 futex_wait
    futex_waitv futex_wake get_robust_list get_thread_area getcpu getpgid getpgrp getpid getppid getpriority getrlimit
    getrusage getsid gettid ioprio_get ioprio_set modify_ldt pidfd_open pidfd_send_signal prctl prlimit64 restart_syscall
    rseq sched_get_priority_max sched_get_priority_min sched_getaffinity sched_getattr sched_getparam
    sched_getscheduler sched_rr_get_interval sched_rr_get_interval_time64 sched_setaffinity sched_setattr
    sched_setparam sched_setscheduler sched_yield seccomp set_robust_list set_thread_area set_tid_address setpgid
    setpriority setrlimit setsid ugetrlimit uname vfork wait4 waitid waitpid getrandom sysinfo times
    riscv_flush_icache riscv_hwprobe
  `),
  // Users and groups.
  ...words(`
    getegid getegid32 geteuid geteuid32 getgid getgid32 getgroups getgroups32 getresgid getresgid32 getresuid
    getresuid32 getuid getuid32 setfsgid setfsgid32 setfsuid setfsuid32 setgid setgid32 setgroups setgroups32 setregid
    setregid32 setresgid setresgid32 setresuid setresuid32 setreuid setreuid32 setuid setuid32
  `),
  // Signals.
  ...words(`
    kill pause rt_sigaction rt_sigpending rt_sigprocmask rt_sigqueueinfo rt_sigreturn rt_sigsuspend rt_sigtimedwait
    rt_sigtimedwait_time64 rt_tgsigqueueinfo sigaction sigaltstack signal signalfd signalfd4 sigpending sigprocmask
    sigreturn sigsuspend tgkill tkill
  `),
  // Time and timers.
  ...words(`
    alarm clock_getres clock_getres_time64 clock_gettime clock_gettime64 clock_nanosleep clock_nanosleep_time64
    getitimer gettimeofday nanosleep setitimer time timer_create timer_delete timer_getoverrun timer_gettime
    timer_gettime64 timer_settime timer_settime64 timerfd_create timerfd_gettime timerfd_gettime64 timerfd_settime
    timerfd_settime64 adjtimex clock_adjtime clock_adjtime64
  `),
  // Sockets, once made.
  ...words(`
    accept accept4 bind connect getpeername getsockname getsockopt listen recv recvfrom recvmmsg recvmmsg_time64
    recvmsg send sendmmsg sendmsg sendto setsockopt shutdown
  `),
  // Waiting.
  ...words(`
    epoll_create epoll_create1 epoll_ctl epoll_ctl_old epoll_pwait epoll_pwait2 epoll_wait epoll_wait_old eventfd
    eventfd2 _newselect poll ppoll ppoll_time64 pselect6 pselect6_time64 select
  `),
  // System V and POSIX queues, semaphores and shared memory.
  ...words(`
    ipc mq_getsetattr mq_notify mq_open mq_timedreceive mq_timedreceive_time64 mq_timedsend mq_timedsend_time64
    mq_unlink msgctl msgget msgrcv msgsnd semctl semget semop semtimedop semtimedop_time64 shmat shmctl shmdt shmget
  `),
  // Debuggers; the kernel allows them on the caller's own processes.
  ...words('process_vm_readv process_vm_writev ptrace kcmp pidfd_getfd')
]

/** What a capability opens. The key is one capability, or several of which one is enough. */
export const capabilitySyscalls: readonly (readonly [capabilities: readonly string[], names: readonly string[]])[] = [
  [
    ['CAP_SYS_ADMIN'],
    words(`
      clone clone3 fanotify_init fsconfig fsmount fsopen fspick lookup_dcookie lsm_get_self_attr lsm_list_modules
      lsm_set_self_attr mount mount_setattr move_mount open_tree pivot_root quotactl quotactl_fd setdomainname
      sethostname setns umount umount2 unshare file_setattr
    `)
  ],
  [['CAP_SYS_ADMIN', 'CAP_BPF'], ['bpf']],
  [['CAP_SYS_ADMIN', 'CAP_PERFMON'], ['perf_event_open']],
  [['CAP_SYS_ADMIN', 'CAP_SYSLOG'], ['syslog']],
  [['CAP_DAC_READ_SEARCH'], ['open_by_handle_at']],
  [['CAP_SYS_BOOT'], words('reboot kexec_load kexec_file_load')],
  [['CAP_SYS_CHROOT'], ['chroot']],
  [['CAP_SYS_MODULE'], words('delete_module finit_module init_module')],
  [['CAP_SYS_NICE'], words('migrate_pages move_pages')],
  [['CAP_SYS_PACCT'], ['acct']],
  [['CAP_SYS_RAWIO'], words('iopl ioperm')],
  [['CAP_SYS_TIME'], words('clock_settime clock_settime64 settimeofday stime')],
  [['CAP_SYS_TTY_CONFIG'], ['vhangup']]
]

/**
 * Refused with EPERM where nothing above allows them: programs expect "not permitted" from these. All other calls are
 * answered with ENOSYS, so that a program falls back to an older call.
 */
export const refusedSyscalls: readonly string[] = words(`
  acct add_key bpf chroot clock_settime clock_settime64 delete_module fanotify_init finit_module fsconfig fsmount fsopen
  fspick init_module ioperm iopl kexec_file_load kexec_load keyctl lookup_dcookie migrate_pages mount mount_setattr
  move_mount move_pages nfsservctl open_by_handle_at open_tree perf_event_open personality pivot_root quotactl
  quotactl_fd reboot request_key setdomainname sethostname setns settimeofday socket socketcall socketpair stime swapoff
  swapon syslog umount umount2 unshare userfaultfd uselib ustat vhangup vm86 vm86old
`)
