/**
 * Keep-alive inside a message stream, for every simulated server alike: either side sends `KeepAliveRequest` when the link has been idle
 * for its time-out and expects any message back within the same time. Neither is logged nor counted as a command.
 */
export interface KeepAlive {
  messageName: 'KeepAliveRequest' | 'KeepAliveAnswer';
}
