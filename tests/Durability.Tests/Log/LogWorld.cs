using System.Buffers.Binary;
using Observability.TestKit;

namespace Observability.Durability.Tests.Log;

/// <summary>A log, the disk under it, and what must be true of both.</summary>
internal sealed class LogWorld(int seed)
{
    private readonly Random _random = new(seed);
    private readonly Dictionary<ulong, byte[]> _acknowledged = [];

    /// <summary>Appends since the last crash that ended as failed, or did not end: any of them may be found, whole groups only.</summary>
    private readonly List<byte[][]> _uncertain = [];
    private SimulatedDisk _disk = new(seed);
    private ulong _contents;
    private ulong _last;
    private ulong _trimmed = 1;

    /// <summary>Plants the fault that the checks must find.</summary>
    public bool DiskLies { get; init; }

    public async Task RunAsync(int steps)
    {
        var log = _disk.OpenLog();
        for (var step = 0; step < steps; step++)
        {
            try
            {
                log = await StepAsync(log);
            }
            catch (SimulatedPowerLossException)
            {
                log = Crash();
            }
        }
        Crash();
    }

    private async Task<AppendLog> StepAsync(AppendLog log)
    {
        switch (_random.Next(100))
        {
            case < 65:
                await AppendAsync(log);
                break;
            case < 75:
                _trimmed = Math.Max(_trimmed, 1 + (ulong)_random.NextInt64((long)_last + 1));
                log.TrimBefore(_trimmed);
                break;
            case < 80:
                ReadAndCheck(log, mayHoldUncertain: false);
                break;
            case < 84:
                _disk.Faults.FailingFlushes = _random.Next(2);
                _disk.Faults.FailingWrites = _random.Next(3);
                break;
            case < 87:
                _disk.Faults.CapacityBytes = _random.Next(3) == 0 ? long.MaxValue : _random.Next(1 << 20);
                break;
            case < 90:
                return await RestartAsync(log);
            case < 95:
                _disk.Faults.PowerLossAfterOperations = _random.Next(12);
                break;
            default:
                return Crash();
        }
        return log;
    }

    private async Task AppendAsync(AppendLog log)
    {
        var group = new byte[_random.Next(4) == 0 ? _random.Next(1, 6) : 1][];
        for (var index = 0; index < group.Length; index++)
        {
            group[index] = NewContent();
        }
        var flushesBefore = _disk.Faults.Flushes;
        var result = group.Length == 1
            ? await log.AppendAsync(group[0])
            : await log.AppendAsync(Array.ConvertAll(group, content => (ReadOnlyMemory<byte>)content));
        if (!result.IsAppended)
        {
            Assert.NotNull(result.Reason);
            _uncertain.Add(group);
            return;
        }
        Assert.True(_disk.Faults.Flushes > flushesBefore, "acknowledged without a flush");
        Assert.Equal(_last + 1, result.FirstSequence);
        foreach (var content in group)
        {
            _acknowledged.Add(++_last, content);
        }
        Assert.Equal(_last, log.DurableSequence);
    }

    private async Task<AppendLog> RestartAsync(AppendLog log)
    {
        await log.DisposeAsync();
        _disk.Faults.FailingFlushes = 0;
        _disk.Faults.FailingWrites = 0;
        _disk.Faults.CapacityBytes = long.MaxValue;
        if (_disk.Faults.PowerLossAfterOperations is not null)
        {
            return Crash();
        }
        var next = _disk.OpenLog();
        ReadAndCheck(next, mayHoldUncertain: true);
        return next;
    }

    private AppendLog Crash()
    {
        while (true)
        {
            if (DiskLies && !_disk.IsOff)
            {
                _disk.Faults.PowerLossAfterOperations = null;
                // What the last append wrote is taken back, as if its flush had only been promised.
                FlipLastRecord();
            }
            _disk = _random.Next(2) == 0 ? _disk.Kill() : _disk.Crash();
            try
            {
                if (_random.Next(3) == 0)
                {
                    _disk.Faults.PowerLossAfterOperations = _random.Next(20);
                }
                var log = _disk.OpenLog();
                _disk.Faults.PowerLossAfterOperations = null;
                ReadAndCheck(log, mayHoldUncertain: true);
                return log;
            }
            catch (SimulatedPowerLossException)
            {
                // Also recovery is interrupted, and begins again.
            }
        }
    }

    private void ReadAndCheck(AppendLog log, bool mayHoldUncertain)
    {
        var (records, gaps) = log.ReadAll(log.FirstSequence);
        Assert.Empty(gaps);
        Assert.Empty(log.SetAsideFiles);
        Assert.True(log.FirstSequence <= _trimmed, $"first is {log.FirstSequence}, but only records below {_trimmed} were given up");
        Assert.Equal(log.DurableSequence - log.FirstSequence + 1, (ulong)records.Count);
        Assert.True(log.DurableSequence >= _last, $"durable {log.DurableSequence}, acknowledged {_last}");
        var expected = log.FirstSequence;
        foreach (var (sequence, content) in records)
        {
            Assert.Equal(expected++, sequence);
            if (sequence <= _last)
            {
                Assert.True(_acknowledged[sequence].AsSpan().SequenceEqual(content), $"record {sequence} has another content");
            }
        }
        if (mayHoldUncertain)
        {
            AdoptUncertain(records);
        }
        else
        {
            Assert.Equal(_last, log.DurableSequence);
        }
    }

    /// <summary>What was found beyond the acknowledged ones must be whole groups that somebody tried to append, each once.</summary>
    private void AdoptUncertain(List<(ulong Sequence, byte[] Content)> records)
    {
        var beyond = records.Where(record => record.Sequence > _last).Select(record => record.Content).ToList();
        while (beyond.Count > 0)
        {
            var index = _uncertain.FindIndex(group => group[0].AsSpan().SequenceEqual(beyond[0]));
            Assert.True(index >= 0, "found a record that nobody appended");
            var group = _uncertain[index];
            _uncertain.RemoveAt(index);
            Assert.True(beyond.Count >= group.Length, "found a part of a group");
            foreach (var content in group)
            {
                Assert.True(content.AsSpan().SequenceEqual(beyond[0]), "found a part of a group");
                _acknowledged.Add(++_last, content);
                beyond.RemoveAt(0);
            }
        }
        // Opening settled it: what was not found now must never be found later.
        _uncertain.Clear();
    }

    private byte[] NewContent()
    {
        var content = new byte[_random.Next(10) == 0 ? _random.Next(30_000) + 8 : _random.Next(1500) + 8];
        new Random(seed ^ (int)_contents).NextBytes(content);
        BinaryPrimitives.WriteUInt64LittleEndian(content, ++_contents);
        return content;
    }

    private void FlipLastRecord()
    {
        var needle = _acknowledged.GetValueOrDefault(_last);
        if (needle is null)
        {
            return;
        }
        foreach (var name in _disk.ListFiles(LogTestExtensions.Directory))
        {
            var path = LogTestExtensions.Directory + "/" + name;
            using var file = _disk.Open(path, DiskOpenMode.Existing);
            var bytes = new byte[file.Length];
            file.Read(0, bytes);
            var position = bytes.AsSpan().IndexOf(needle);
            if (position >= 0)
            {
                _disk.FlipBit(path, position);
            }
        }
    }
}
