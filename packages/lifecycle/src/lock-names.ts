/** Name of the lock that every change of a container is made under. */
export const containerLock = (id: string): string => `container-${id}`

/** Name of the lock that whoever stays for a container's exit holds. */
export const attendanceLock = (id: string): string => `attend-${id}`
