/** Optional: its install downloads a C library and may fail. Imported for its effect only, which is to register a backend. */
declare module "@tensorflow/tfjs-node"
