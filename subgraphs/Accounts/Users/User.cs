using LuckyGraph.Engine;

namespace LuckyGraph.Accounts.Users;

/// <summary>A person as everybody sees them.</summary>
[ObjectType]
public sealed class User
{
    public User(Guid id, string nickname, string? avatarUrl)
    {
        Id = id;
        Nickname = nickname;
        AvatarUrl = avatarUrl;
    }

    /// <summary>The global id.</summary>
    [ID]
    public Guid Id { get; }

    /// <summary>The name that the person chose.</summary>
    public string Nickname { get; }

    /// <summary>A picture; null when the person chose none.</summary>
    public string? AvatarUrl { get; }
}
