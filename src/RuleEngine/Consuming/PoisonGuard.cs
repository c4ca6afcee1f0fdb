using System.Buffers.Binary;
using Observability.Durability;

namespace Observability.RuleEngine.Consuming;

/// <summary>
/// Remembers across the end of the process which record of the journal was being applied, so that one that brings the engine down does so a few times and
/// not for ever: then it is set aside, here and in every replay that meets it again. One caller at a time.
/// </summary>
/// <remarks>
/// File <c>applying</c>, little-endian. At 0, written before each record and not flushed (the end of a process keeps it, and the end of the machine is no
/// frame's fault): sequence under way or 0 (8), CRC-32C (4). At 512, flushed: format version (4), incarnation of the journal (8), suspect (8), its silent
/// ends (4) and exceptions (4), number of records set aside (4), their sequences (8 each), CRC-32C (4).
/// </remarks>
internal sealed class PoisonGuard : IDisposable
{
    /// <summary>An exception while a record was applied says who did it: the second time is enough.</summary>
    public const int MostExceptions = 2;

    /// <summary>An end without a word may be the record's work (a stack that overflowed, memory that ran out) or anybody's kill: once more.</summary>
    public const int MostSilentEnds = 3;

    /// <summary>Records set aside since the last snapshot. More than these are not the frames' fault, and going on would only empty the journal.</summary>
    public const int MostSetAside = 32;

    private const uint FormatVersion = 1;
    private const int SlowPosition = 512;
    private const int SlowHeaderBytes = 32;

    private readonly IDiskFile _file;
    private readonly ulong _incarnation;
    private readonly List<ulong> _setAside = [];
    private ulong _suspect;
    private int _silentEnds;
    private int _exceptions;

    private PoisonGuard(IDiskFile file, ulong incarnation)
    {
        _file = file;
        _incarnation = incarnation;
    }

    /// <summary>Reads what the last process was doing when it ended. A file that cannot be read, or that belongs to another journal, says nothing.</summary>
    /// <param name="disk">Where.</param>
    /// <param name="path">Made when missing; the directory must exist.</param>
    /// <param name="incarnation">Of the journal whose records are guarded.</param>
    /// <param name="firstSequence">The journal's oldest record: what was set aside before it is in the snapshot.</param>
    public static PoisonGuard Open(IDisk disk, string path, ulong incarnation, ulong firstSequence)
    {
        var guard = new PoisonGuard(disk.Open(path, DiskOpenMode.ExistingOrNew), incarnation);
        if (guard.TryReadSlow())
        {
            guard._setAside.RemoveAll(sequence => sequence < firstSequence);
            if (guard.ReadUnderWay() is var sequence and > 0)
            {
                guard.Suspect(sequence);
                guard._silentEnds++;
            }
        }
        guard.End();
        guard.WriteSlow();
        disk.SyncDirectory(Path.GetDirectoryName(path)!);
        return guard;
    }

    /// <summary>Whether a record was set aside, or is now because it has brought the engine down as often as it may.</summary>
    /// <exception cref="InvalidOperationException">Too many were: the program is at fault.</exception>
    public bool IsSetAside(ulong sequence, out string reason)
    {
        reason = "it brought the engine down whenever it was applied";
        if (_setAside.Contains(sequence))
        {
            return true;
        }
        if (sequence != _suspect || (_exceptions < MostExceptions && _silentEnds < MostSilentEnds))
        {
            return false;
        }
        if (_setAside.Count == MostSetAside)
        {
            throw new InvalidOperationException(
                $"{MostSetAside} records of the journal brought the engine down, and record {sequence} is one more: that is a fault of this program; start an older or a newer one");
        }
        reason = $"it brought the engine down {_exceptions + _silentEnds} times when it was applied";
        _setAside.Add(sequence);
        Suspect(0);
        WriteSlow();
        return true;
    }

    /// <summary>The record is going to be applied. A note that cannot be written stops nothing: it is a net below the rope.</summary>
    public void Begin(ulong sequence) => TryWriteUnderWay(sequence);

    /// <summary>Applying the record threw. The caller gives up its state.</summary>
    public void Fail(ulong sequence)
    {
        Suspect(sequence);
        _exceptions++;
        TryWriteUnderWay(0);
        WriteSlow();
    }

    /// <summary>What was begun is applied, and nothing is under way.</summary>
    public void End() => TryWriteUnderWay(0);

    public void Dispose() => _file.Dispose();

    private void Suspect(ulong sequence)
    {
        if (_suspect != sequence)
        {
            (_suspect, _silentEnds, _exceptions) = (sequence, 0, 0);
        }
    }

    private void TryWriteUnderWay(ulong sequence)
    {
        Span<byte> bytes = stackalloc byte[12];
        BinaryPrimitives.WriteUInt64LittleEndian(bytes, sequence);
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[8..], Crc32C.Compute(bytes[..8]));
        try
        {
            _file.Write(0, bytes);
        }
        catch (IOException)
        {
            // The journal is on the same device and will say so in a moment, with a caller that can do something about it.
        }
    }

    private ulong ReadUnderWay()
    {
        Span<byte> bytes = stackalloc byte[12];
        return _file.Read(0, bytes) == bytes.Length && BinaryPrimitives.ReadUInt32LittleEndian(bytes[8..]) == Crc32C.Compute(bytes[..8])
            ? BinaryPrimitives.ReadUInt64LittleEndian(bytes)
            : 0;
    }

    private void WriteSlow()
    {
        Span<byte> bytes = stackalloc byte[SlowHeaderBytes + (MostSetAside * 8) + 4];
        BinaryPrimitives.WriteUInt32LittleEndian(bytes, FormatVersion);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[4..], _incarnation);
        BinaryPrimitives.WriteUInt64LittleEndian(bytes[12..], _suspect);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[20..], _silentEnds);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[24..], _exceptions);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[28..], _setAside.Count);
        for (var i = 0; i < _setAside.Count; i++)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(bytes[(SlowHeaderBytes + (8 * i))..], _setAside[i]);
        }
        BinaryPrimitives.WriteUInt32LittleEndian(bytes[^4..], Crc32C.Compute(bytes[..^4]));
        _file.Write(SlowPosition, bytes);
        _file.Flush();
    }

    private bool TryReadSlow()
    {
        Span<byte> bytes = stackalloc byte[SlowHeaderBytes + (MostSetAside * 8) + 4];
        if (_file.Read(SlowPosition, bytes) < bytes.Length
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[^4..]) != Crc32C.Compute(bytes[..^4])
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes) != FormatVersion
            || BinaryPrimitives.ReadUInt64LittleEndian(bytes[4..]) != _incarnation)
        {
            return false;
        }
        _suspect = BinaryPrimitives.ReadUInt64LittleEndian(bytes[12..]);
        _silentEnds = BinaryPrimitives.ReadInt32LittleEndian(bytes[20..]);
        _exceptions = BinaryPrimitives.ReadInt32LittleEndian(bytes[24..]);
        for (var i = 0; i < Math.Clamp(BinaryPrimitives.ReadInt32LittleEndian(bytes[28..]), 0, MostSetAside); i++)
        {
            _setAside.Add(BinaryPrimitives.ReadUInt64LittleEndian(bytes[(SlowHeaderBytes + (8 * i))..]));
        }
        return true;
    }
}
