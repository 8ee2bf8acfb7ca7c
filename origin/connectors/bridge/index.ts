/** Genesys servers through a customer's sidecar, as `docs/bridge.md` describes it. */
export { createBridgeDriver, type BridgeOptions, type BridgeTls } from './driver.ts';
