import {
  blockBytes,
  blockChecksum,
  compression,
  dataBytes,
  fileBytes,
  folderBytes,
  headerBytes,
  signature,
  type CabinetFile,
} from './layout';

/** 1 January 2015, 12:00:00 in DOS form: packages of the same content have the same bytes whenever they are made. */
const date = ((2015 - 1980) << 9) | (1 << 5) | 1;
const time = 12 << 11;
const archive = 0x20;
const nameIsUtf8 = 0x80;

/** An uncompressed cabinet of one folder. Compression would only hide the bytes from whoever debugs a package. */
export function createCabinet(files: readonly CabinetFile[]): Buffer {
  const content = Buffer.concat(files.map((file) => file.bytes));
  const entries = fileEntries(files);
  const blocks = dataBlocks(content);
  const firstFile = headerBytes + folderBytes;
  const firstData = firstFile + entries.length;

  const header = Buffer.alloc(headerBytes);
  header.writeUInt32LE(signature, 0);
  header.writeUInt32LE(firstData + blocks.bytes.length, 8);
  header.writeUInt32LE(firstFile, 16);
  header.writeUInt8(3, 24);
  header.writeUInt8(1, 25);
  header.writeUInt16LE(1, 26);
  header.writeUInt16LE(files.length, 28);

  const folder = Buffer.alloc(folderBytes);
  folder.writeUInt32LE(firstData, 0);
  folder.writeUInt16LE(blocks.count, 4);
  folder.writeUInt16LE(compression.none, 6);
  return Buffer.concat([header, folder, entries, blocks.bytes]);
}

function fileEntries(files: readonly CabinetFile[]): Buffer {
  const entries: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of files) {
    const entry = Buffer.alloc(fileBytes);
    entry.writeUInt32LE(bytes.length, 0);
    entry.writeUInt32LE(offset, 4);
    entry.writeUInt16LE(date, 10);
    entry.writeUInt16LE(time, 12);
    entry.writeUInt16LE(/^[ -~]*$/.test(name) ? archive : archive | nameIsUtf8, 14);
    entries.push(entry, Buffer.from(`${name}\0`));
    offset += bytes.length;
  }
  return Buffer.concat(entries);
}

function dataBlocks(content: Buffer): { readonly count: number; readonly bytes: Buffer } {
  const parts: Buffer[] = [];
  let count = 0;
  for (let at = 0; at < content.length; at += blockBytes) {
    const bytes = content.subarray(at, at + blockBytes);
    const head = Buffer.alloc(dataBytes);
    head.writeUInt32LE(blockChecksum(bytes, bytes.length), 0);
    head.writeUInt16LE(bytes.length, 4);
    head.writeUInt16LE(bytes.length, 6);
    parts.push(head, bytes);
    count += 1;
  }
  return { count, bytes: Buffer.concat(parts) };
}
