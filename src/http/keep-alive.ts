import type { WebSocket } from 'ws';

const pingMs = 10_000;

/**
 * Asks the client every 10 seconds whether it is there, and ends the connection of one that says nothing until the next time.
 * Of one that is not read, because the process takes nothing, no answer can be seen.
 */
export function keepAlive(socket: WebSocket): () => void {
  let isSilent = false;
  const alive = () => {
    isSilent = false;
  };
  socket.on('pong', alive);
  socket.on('message', alive);
  const timer = setInterval(() => {
    if (isSilent && !socket.isPaused) return socket.terminate();
    isSilent = true;
    socket.ping();
  }, pingMs);
  return () => clearInterval(timer);
}
