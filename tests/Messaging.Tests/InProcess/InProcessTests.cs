using Observability.Messaging.InProcess;
using Observability.Telemetry;
using Observability.TestKit;

namespace Observability.Messaging.Tests.InProcess;

public sealed class InProcessTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_frame_is_handed_over_when_its_consumer_has_it_and_not_before()
    {
        var consumer = new GatedConsumer();
        using var publisher = new InProcessFramePublisher(consumer, _time);
        var publishing = publisher.PublishAsync(new FrameName(7, 1), new byte[] { 1, 2 }, CancellationToken.None);
        Assert.False(publishing.IsCompleted);
        consumer.Gate.SetResult();
        await publishing;
        Assert.Equal(new FrameName(7, 1), Assert.Single(consumer.Names));
    }

    [Fact]
    public async Task A_frame_that_a_full_disk_refused_comes_again_after_a_growing_pause()
    {
        var consumer = new GatedConsumer { Failures = new Queue<Exception>([new IOException("full"), new IOException("full")]) };
        consumer.Gate.SetResult();
        using var publisher = new InProcessFramePublisher(consumer, _time);
        var publishing = publisher.PublishAsync(new FrameName(7, 1), default, CancellationToken.None).AsTask();
        Assert.Equal(1, consumer.Calls);
        _time.Advance(TimeSpan.FromMilliseconds(50));
        await Eventually.TrueAsync(() => consumer.Calls == 2 && _time.ArmedTimers == 1, TimeSpan.FromSeconds(10), "the second try failed and waits");
        _time.Advance(TimeSpan.FromMilliseconds(99));
        Assert.Equal(2, consumer.Calls);
        _time.Advance(TimeSpan.FromMilliseconds(1));
        await publishing;
        Assert.Equal(3, consumer.Calls);
    }

    [Fact]
    public async Task A_bug_of_the_consumer_reaches_the_caller_and_gives_its_room_back()
    {
        var consumer = new GatedConsumer { Failures = new Queue<Exception>(Enumerable.Range(0, 300).Select(_ => new InvalidOperationException("a bug"))) };
        consumer.Gate.SetResult();
        using var publisher = new InProcessFramePublisher(consumer, _time);
        for (ulong sequence = 1; sequence <= 300; sequence++)
        {
            await Assert.ThrowsAsync<InvalidOperationException>(() => publisher.PublishAsync(new FrameName(7, sequence), default, CancellationToken.None).AsTask());
        }
        await publisher.PublishAsync(new FrameName(7, 301), default, CancellationToken.None);
    }

    [Fact]
    public async Task A_caller_that_gives_up_ends_the_waiting_for_a_full_disk()
    {
        var consumer = new GatedConsumer { Failures = new Queue<Exception>([new IOException("full")]) };
        using var publisher = new InProcessFramePublisher(consumer, _time);
        using var givingUp = new CancellationTokenSource();
        var publishing = publisher.PublishAsync(new FrameName(7, 1), default, givingUp.Token).AsTask();
        await givingUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => publishing);
    }

    [Fact]
    public async Task No_more_than_256_frames_are_under_way()
    {
        var consumer = new GatedConsumer();
        using var publisher = new InProcessFramePublisher(consumer, _time);
        var publishing = Enumerable.Range(1, 300).Select(sequence => publisher.PublishAsync(new FrameName(7, (ulong)sequence), default, CancellationToken.None).AsTask()).ToList();
        Assert.Equal(256, consumer.Calls);
        consumer.Gate.SetResult();
        await Task.WhenAll(publishing);
        Assert.Equal(300, consumer.Calls);
    }

    private sealed class GatedConsumer : IFrameConsumer
    {
        private readonly Lock _lock = new();
        private int _calls;

        public TaskCompletionSource Gate { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Queue<Exception> Failures { get; init; } = new();

        public List<FrameName> Names { get; } = [];

        public int Calls => Volatile.Read(ref _calls);

        public long? NextOffset => null;

        public async ValueTask ConsumeAsync(ReceivedFrame frame, CancellationToken cancellationToken)
        {
            lock (_lock)
            {
                _calls++;
                if (Failures.TryDequeue(out var failure))
                {
                    throw failure;
                }
                Names.Add(frame.Name);
            }
            await Gate.Task.WaitAsync(cancellationToken);
        }
    }
}
