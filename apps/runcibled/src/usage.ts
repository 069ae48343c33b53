export const usage = `Usage: runcibled [options]

Serves the Docker and libpod API of the local container engine. Containers go on when it ends.

Options:
  --listen ADDRESS      unix:///path of the socket to make, or fd:// for one of systemd's; default: the descriptor
                        that systemd hands over, else runcible.sock in the run root
  --socket-group GROUP  Let this group use the socket too (mode 0660 instead of 0600); needs --listen in a directory
                        of its own, as the run root lets nobody else in
  --root DIR            Directory of images, containers, volumes and networks
  --runroot DIR         Directory of what lives until the next boot
  --log-level LEVEL     trace, debug, info, warn, error; default info
  --version             Print the version
  --help                Print this help
`
