using System.Net;
using Observability.Collector.Forwarding;
using Observability.TestKit;

namespace Observability.Collector.Tests.Forwarding;

public sealed class CopySenderTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly ManualTime _time = new(DateTimeOffset.UnixEpoch);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_receiver_that_stays_away_is_asked_for_five_minutes_and_no_longer()
    {
        await using var receiver = await ScriptedHttpServer.StartAsync(HttpReply.Error(503));
        using var sender = new CopySender(_time, new Random(1));
        var sending = SendAsync(sender, receiver, _time.GetTimestamp());
        var began = _time.GetUtcNow();
        for (var step = 0; step < 1_000 && !sending.IsCompleted; step++)
        {
            // A request under way has its ten seconds; a pause is shorter.
            await Eventually.TrueAsync(() => sending.IsCompleted || _time.NextDue - _time.GetUtcNow() < TimeSpan.FromSeconds(10), Patience, "it waits for its next attempt");
            _time.Advance(_time.NextDue - _time.GetUtcNow() ?? TimeSpan.Zero);
        }
        Assert.Equal(new CopyEnd(CopyOutcome.GivenUp, "it answered 503"), await sending);
        Assert.InRange((_time.GetUtcNow() - began).TotalSeconds, 299, 330);
        // Ten seconds apart at most.
        Assert.InRange(receiver.Requests.Count, 30, 120);
    }

    [Fact]
    public async Task A_copy_that_is_too_old_already_is_not_sent_so_that_younger_ones_are()
    {
        await using var receiver = await ScriptedHttpServer.StartAsync();
        using var sender = new CopySender(_time, new Random(1));
        var offeredAt = _time.GetTimestamp();
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(CopyOutcome.GivenUp, (await SendAsync(sender, receiver, offeredAt)).Outcome);
        Assert.Equal(CopyOutcome.Sent, (await SendAsync(sender, receiver, _time.GetTimestamp())).Outcome);
        Assert.Single(receiver.Requests);
    }

    [Fact]
    public async Task A_receiver_that_hangs_is_asked_again_after_ten_seconds()
    {
        await using var receiver = await ScriptedHttpServer.StartAsync(HttpReply.Hang(), HttpReply.Ok());
        using var sender = new CopySender(_time, new Random(1));
        var sending = SendAsync(sender, receiver, _time.GetTimestamp());
        await receiver.WaitForRequestsAsync(1, Patience);
        for (var second = 0; second < 60 && !sending.IsCompleted; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Eventually.BecomesTrueAsync(() => Task.FromResult(sending.IsCompleted), TimeSpan.FromMilliseconds(100), Cancellation);
        }
        Assert.Equal(CopyOutcome.Sent, (await sending).Outcome);
        Assert.InRange(_time.GetUtcNow().ToUnixTimeSeconds(), 10, 60);
    }

    private static Task<CopyEnd> SendAsync(CopySender sender, ScriptedHttpServer receiver, long offeredAt) => sender.SendAsync(
        offeredAt, () => new HttpRequestMessage(HttpMethod.Post, receiver.Url), static status => status == HttpStatusCode.ServiceUnavailable, Cancellation);
}
