using System.Buffers.Binary;

namespace Observability.Durability;

/// <param name="Sequence">How far somebody is.</param>
/// <param name="Epoch">Whose word that is; 0 where it does not matter.</param>
public readonly record struct CursorValue(ulong Sequence, ulong Epoch = 0);

/// <summary>
/// Two numbers that survive a crash, for the position of a consumer. Two slots in two sectors are written in turn, so a torn write leaves the value before.
/// </summary>
/// <remarks>
/// Slot, little-endian: magic 4, version 4, count of writes 8, sequence 8, epoch 8, CRC-32C of these 32 bytes 4. The valid slot with the higher count holds.
/// </remarks>
public sealed class CursorFile : IDisposable
{
    private const uint Magic = 0x5543424F; // "OBCU"
    private const uint Version = 1;
    private const int CoveredBytes = 32;
    private const int SlotBytes = CoveredBytes + sizeof(uint);

    /// <summary>Devices with sectors of 4 KiB tear in such steps.</summary>
    private const int SlotDistance = 4096;

    private readonly Lock _gate = new();
    private readonly IDiskFile _file;
    private ulong _writes;
    private CursorValue _value;

    private CursorFile(IDiskFile file) => _file = file;

    public CursorValue Value
    {
        get
        {
            lock (_gate)
            {
                return _value;
            }
        }
    }

    /// <summary>Opens the file, or makes it with a value of zeros. The directory must exist.</summary>
    /// <exception cref="LogFormatException">Both slots are damaged, or a newer version wrote them.</exception>
    public static CursorFile Open(IDisk disk, string path)
    {
        ArgumentNullException.ThrowIfNull(disk);
        var isNew = !disk.FileExists(path);
        var cursor = new CursorFile(disk.Open(path, DiskOpenMode.ExistingOrNew));
        try
        {
            cursor.Load();
            if (isNew)
            {
                cursor._file.Preallocate(SlotDistance + SlotBytes);
                cursor.Write(default);
                disk.SyncDirectory(Path.GetDirectoryName(path)!);
            }
            return cursor;
        }
        catch
        {
            cursor.Dispose();
            throw;
        }
    }

    /// <summary>Replaces the value; it is on the device when this returns. After a failure the value before holds, here and on the device.</summary>
    public void Write(CursorValue value)
    {
        Span<byte> slot = stackalloc byte[SlotBytes];
        lock (_gate)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(slot, Magic);
            BinaryPrimitives.WriteUInt32LittleEndian(slot[4..], Version);
            BinaryPrimitives.WriteUInt64LittleEndian(slot[8..], _writes + 1);
            BinaryPrimitives.WriteUInt64LittleEndian(slot[16..], value.Sequence);
            BinaryPrimitives.WriteUInt64LittleEndian(slot[24..], value.Epoch);
            BinaryPrimitives.WriteUInt32LittleEndian(slot[CoveredBytes..], Crc32C.Compute(slot[..CoveredBytes]));
            // After a failure the count stays, so the next write goes to the same slot and the good one is never at risk.
            _file.Write((long)((_writes + 1) % 2) * SlotDistance, slot);
            _file.Flush();
            _writes++;
            _value = value;
        }
    }

    public void Dispose() => _file.Dispose();

    private void Load()
    {
        var written = 0;
        Span<byte> slot = stackalloc byte[SlotBytes];
        for (var index = 0; index < 2; index++)
        {
            slot.Clear();
            _file.Read(index * SlotDistance, slot);
            written += slot.ContainsAnyExcept((byte)0) ? 1 : 0;
            if (BinaryPrimitives.ReadUInt32LittleEndian(slot) != Magic
                || BinaryPrimitives.ReadUInt32LittleEndian(slot[CoveredBytes..]) != Crc32C.Compute(slot[..CoveredBytes]))
            {
                continue;
            }
            if (BinaryPrimitives.ReadUInt32LittleEndian(slot[4..]) > Version)
            {
                throw new LogFormatException($"'{_file.Path}' was written by a newer version of this program; start that one");
            }
            var writes = BinaryPrimitives.ReadUInt64LittleEndian(slot[8..]);
            if (writes > _writes)
            {
                _writes = writes;
                _value = new CursorValue(BinaryPrimitives.ReadUInt64LittleEndian(slot[16..]), BinaryPrimitives.ReadUInt64LittleEndian(slot[24..]));
            }
        }
        // A torn first write leaves the other slot blank. Anything else is damage, and starting from zero would repeat everything silently.
        if (_writes == 0 && written == 2)
        {
            throw new LogFormatException($"both copies in '{_file.Path}' are damaged; remove the file to begin again with the oldest record that is kept");
        }
    }
}
