interface LockEntry {
  version?: string;
  link?: boolean;
  optional?: boolean;
  peer?: boolean;
  os?: string[];
  cpu?: string[];
}
export function missingPackages(lock: { packages?: Record<string, LockEntry> }, installed: (path: string) => string | undefined): string[];
