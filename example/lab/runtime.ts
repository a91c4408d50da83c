import { onHost } from './namespaces.ts';
import { run } from './run.ts';

/**
 * A runc that fails to create containers, mounted over the real one in the host's mount namespace only. Other commands
 * go to the real one, so that running containers can still be stopped and removed.
 */
const breakScript = `
set -e
runc=$(command -v runc)
mkdir -p /run/broken
cp "$runc" /run/broken/runc
cat > /run/broken/wrapper <<'END'
#!/bin/sh
for word; do
  [ "$word" != create ] || { echo 'the runtime is broken' >&2; exit 1; }
done
exec /run/broken/runc "$@"
END
chmod 755 /run/broken/wrapper
mount --bind /run/broken/wrapper "$runc"
`;

/** Lazily: the wrapper may be running at this moment. */
const repairScript = 'umount -l "$(command -v runc)"';

/** From now on the host's engine can start no container. */
export async function breakRuntime(hostPid: number): Promise<void> {
  await run('nsenter', onHost(hostPid, 'sh', '-c', breakScript));
}

export async function repairRuntime(hostPid: number): Promise<void> {
  await run('nsenter', onHost(hostPid, 'sh', '-c', repairScript));
}
