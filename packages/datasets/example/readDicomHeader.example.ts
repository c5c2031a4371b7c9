import { readDicomHeader } from "@cxrkit/datasets";

// A DICOM file of three pixels, as old as to have no preamble; `await readFile("image.dcm")` in earnest.
export const bytes: Buffer = Buffer.from(
  "CABgAENTAgBDUhAAQABDUwIARiAQABAQQVMEADA2M1kYAAFRQ1MCAFBBKAACAFVTAgABACgABABDUwwATU9OT0NIUk9NRTEgKAAQAFVTAgABACgAEQBVUwIAAwAoAAABVVMCABAAKAABAVVTAgAMACgAAgFVUwIACwAoAAMBVVMCAAAAKABQEERTBAAyMDQ4KABREERTBAA0MDk24H8QAE9XAAAGAAAAAABVBf8P",
  "base64",
);
export const { rows, columns, photometricInterpretation, patientSex, patientAgeYears, windows } =
  readDicomHeader(bytes);
