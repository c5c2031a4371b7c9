/** What --help shows. */
export const usage = `Usage: cxrkit-weights COMMAND ...

  inspect FILE                what a checkpoint holds: layout, architecture, tensors
  convert FILE OUT            to other names and formats; OUT ends in .safetensors or .pth
  download SOURCE             a file of a Hugging Face repository or an https address, into a cache

inspect and convert read safetensors (also sharded), PyTorch .pth and NumPy .npz; no code is run.
  --root KEYS                 where the state dict is in a PyTorch checkpoint, such as model
  --strip-prefix TEXT         beginning of names to take off, or auto
  --from LAYOUT               timm, dinov2, huggingface, jax, mae or deit; left out, it is detected
  --prefix TEXT               what stands before the names of the trunk; left out, it is detected

convert
  --to LAYOUT                 timm (default), dinov2, huggingface or jax
  --float32                   store all floating-point tensors in single precision
  --except PATTERN            names that may be missing or unexpected; may be repeated
  --ignore-distillation       leave the second token of a distilled DeiT behind
  --heads N                   number of attention heads, for --to jax
  --report FILE               write what was done as JSON: names, transforms, hashes

download SOURCE is owner/name, owner/name@revision:file, or an address
  --file PATH                 file in the repository; model.safetensors if left out
  --revision NAME             branch, tag or commit; main if left out
  --sha256 HEX                hash that the file must have
  --cache FOLDER              where files are kept; cxrkit in XDG_CACHE_HOME or ~/.cache if left out
  --offline                   use only what is there (also CXRKIT_OFFLINE=1 or HF_HUB_OFFLINE=1)
  HF_TOKEN is sent to the hub only; HTTPS_PROXY and NO_PROXY are followed

  --help, --version           this text; the version
`;
