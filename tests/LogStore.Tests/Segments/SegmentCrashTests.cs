using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Observability.LogStore.Segments;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.LogStore.Tests.Segments;

/// <summary>
/// One seed is one life of a store and its sender. The power fails in the middle of any call to the disk; the sender keeps what was not durable and sends
/// it again, as a spool does.
/// </summary>
public sealed class SegmentCrashTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static int SeedsOfAPart => LongTests.AreAskedFor ? 2500 : 300;

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task Every_record_is_found_once_after_any_crash_and_none_that_was_deleted(int part)
    {
        for (var seed = part * SeedsOfAPart; seed < (part + 1) * SeedsOfAPart; seed++)
        {
            try
            {
                await new Life(seed).LiveAsync();
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException($"seed {seed}: {exception.Message}", exception);
            }
        }
    }

    private sealed class Life(int seed)
    {
        private readonly Random _random = new(seed);
        private readonly List<NamedFrame> _sent = [];
        private readonly List<(int Count, Task Durable)> _waiting = [];
        private SimulatedDisk _disk = new(seed);
        private readonly ManualTime _time = new(DateTimeOffset.FromUnixTimeSeconds(Frames.Noon / Frames.Second));

        /// <summary>Texts of deletions that the store confirmed, and the number of frames then.</summary>
        private readonly List<(string Text, int Frames)> _deleted = [];

        /// <summary>Deletions that failed in the middle: their records may be there or not.</summary>
        private readonly List<(string Text, int Frames)> _unsure = [];
        private int _cursor;

        public async Task LiveAsync()
        {
            for (var crash = 0; crash < 4; crash++)
            {
                var store = await OpenThroughCrashesAsync();
                await CheckAsync(store, $"after crash {crash}, before sending again", atLeast: _cursor);
                await store.AppendAsync(_sent[_cursor..], Token);
                await CheckAsync(store, $"after crash {crash}", atLeast: _sent.Count);
                _disk.Faults.PowerLossAfterOperations = _random.Next(200);
                _disk.Faults.FaultProbability = crash % 2 == 0 ? 0 : 0.02;
                while (!_disk.IsOff)
                {
                    await StepAsync(store);
                }
                await store.DisposeAsync();
                NoteDurable();
                _waiting.Clear();
                _disk = _disk.Crash();
            }
            await using var last = Open();
            await last.AppendAsync(_sent[_cursor..], Token);
            await CheckAsync(last, "at the end", atLeast: _sent.Count);
        }

        private async Task StepAsync(SegmentLogStore store)
        {
            try
            {
                switch (_random.Next(20))
                {
                    case < 2:
                        await DeleteAsync(store);
                        break;
                    case < 4:
                        // A day makes segments cold: they are packed anew.
                        _time.Advance(TimeSpan.FromHours(25));
                        await store.TidyAsync(Token);
                        break;
                    case < 9:
                        await store.FlushAsync(Token);
                        break;
                    case < 13:
                        await store.TidyAsync(Token);
                        break;
                    default:
                        _sent.Add(Frames.Of((ulong)_sent.Count + 1, Frames.Lines(_sent.Count * 10, 1 + _random.Next(3))));
                        // Every frame since the cursor: a sender that is not sure sends too much.
                        var result = await store.AppendAsync(_sent[_cursor..], Token);
                        _waiting.Add((_sent.Count, result.Durable));
                        break;
                }
            }
            catch (IOException)
            {
                // A fault or the power: what was durable before is so still, the rest is sent again.
            }
            NoteDurable();
        }

        private async Task DeleteAsync(SegmentLogStore store)
        {
            if (_cursor < _sent.Count)
            {
                // Which rows came before is only certain when all are in the store.
                await store.AppendAsync(_sent[_cursor..], Token);
            }
            var deletion = (Text: $"{_random.Next(10)}", Frames: _sent.Count);
            _unsure.Add(deletion);
            await store.DeleteAsync(new LogDeletion(Frames.AllTime, [], [new LineFilter(deletion.Text)], "ana"), Token);
            _unsure.Remove(deletion);
            _deleted.Add(deletion);
        }

        private void NoteDurable()
        {
            foreach (var (count, durable) in _waiting.Where(entry => entry.Durable.IsCompletedSuccessfully))
            {
                _cursor = Math.Max(_cursor, count);
            }
        }

        private async Task<SegmentLogStore> OpenThroughCrashesAsync()
        {
            for (var attempt = 0; attempt < 3; attempt++)
            {
                _disk.Faults.PowerLossAfterOperations = _random.Next(60);
                try
                {
                    var store = Open();
                    _disk.Faults.PowerLossAfterOperations = null;
                    return store;
                }
                catch (IOException)
                {
                    _disk = _disk.Crash();
                }
            }
            return Open();
        }

        private async Task CheckAsync(SegmentLogStore store, string when, int atLeast)
        {
            var found = new List<string>();
            await foreach (var record in store.SearchAsync(new LogSearch(Frames.AllTime, [], [], NewestFirst: false), Token))
            {
                found.Add(record.Body);
            }
            Assert.True(found.Distinct(StringComparer.Ordinal).Count() == found.Count, $"{when}: a record is there twice");
            var deleted = Holding(_deleted);
            Assert.True(!found.Exists(deleted.Contains), $"{when}: '{found.Find(deleted.Contains)}' was deleted and is there");
            var expected = _sent.Take(atLeast).SelectMany(BodiesOf).Except(deleted, StringComparer.Ordinal).Except(Holding(_unsure), StringComparer.Ordinal).ToList();
            var missing = expected.Except(found, StringComparer.Ordinal).ToList();
            Assert.True(missing.Count == 0, string.Create(CultureInfo.InvariantCulture, $"{when}: {missing.Count} of {expected.Count} records are missing, first '{missing.FirstOrDefault()}'"));
        }

        private HashSet<string> Holding(List<(string Text, int Frames)> deletions) =>
            [.. deletions.SelectMany(deletion => _sent.Take(deletion.Frames).SelectMany(BodiesOf).Where(body => body.Contains(deletion.Text, StringComparison.Ordinal)))];

        private SegmentLogStore Open() =>
            SegmentLogStore.Open(_disk, new SegmentStoreOptions { Directory = "/logs" }, _time, NullLogger<SegmentLogStore>.Instance);

        private static List<string> BodiesOf(NamedFrame frame)
        {
            var bodies = new List<string>();
            for (var rows = TelemetryFrame.Open(frame.Bytes).ReadLogs(); rows.MoveNext();)
            {
                bodies.Add(System.Text.Encoding.UTF8.GetString(rows.Body));
            }
            return bodies;
        }
    }
}
