/** Settings of a server of our own that listens at `place`. */
export function serverSettings(place: { host: string; port: number }, major: number): Record<string, string> {
  return {
    listen_addresses: place.host,
    port: String(place.port),
    unix_socket_directories: '',
    // A standby refuses to start with fewer than its primary had; never lower it.
    max_connections: '100',
    shared_buffers: '32MB',
    max_wal_senders: '10',
    hot_standby: 'on',
    // Holds what a standby misses while it is down; a longer absence needs a fresh copy.
    wal_keep_size: '256MB',
    wal_retrieve_retry_interval: '200ms',
    // A frozen peer is noticed in seconds, not in the default minute.
    wal_receiver_timeout: '5s',
    wal_sender_timeout: '5s',
    ...(major >= 18 ? { io_method: 'sync' } : {}),
    jit: 'off',
    logging_collector: 'off',
    log_checkpoints: 'off',
  };
}
