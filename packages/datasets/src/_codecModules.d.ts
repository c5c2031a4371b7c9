// These builds come without types.

declare module "@cornerstonejs/codec-charls/decodewasmjs" {
  const open: (options: object) => Promise<unknown>;
  export = open;
}

declare module "@cornerstonejs/codec-openjpeg/decodewasmjs" {
  const open: (options: object) => Promise<unknown>;
  export = open;
}

declare module "@cornerstonejs/codec-charls/decode" {
  const open: (options: object) => Promise<unknown>;
  export = open;
}

declare module "@cornerstonejs/codec-openjpeg/decode" {
  const open: (options: object) => Promise<unknown>;
  export = open;
}
