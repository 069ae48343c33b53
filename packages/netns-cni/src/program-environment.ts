/** For programs of the system: an ordinary user's PATH lacks the directories of administration. */
export const programEnvironment = (): { readonly PATH: string; readonly LC_ALL: string } => ({
  PATH: `${process.env['PATH'] ?? ''}:/usr/sbin:/sbin`,
  LC_ALL: 'C'
})
